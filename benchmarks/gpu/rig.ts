/** One session: the sidecar, the process with the networks as its host, and a viewer as a page would be. */
import { delimiter, join } from 'node:path';
import { openViewer, type ViewerClient } from '../../tools/viewer-client.ts';
import type { ViewerState } from '../../service/protocol/viewer.ts';
import { startCapture, type CaptureProcess } from './capture-process.ts';
import type { Options } from './options.ts';
import { startSidecar } from './sidecar.ts';

export interface Rig {
  readonly capture: CaptureProcess;
  readonly viewer: ViewerClient;
  /** Resolves when the viewer's state fits; rejects after `timeoutMs`. */
  until(fits: (state: ViewerState) => boolean, timeoutMs: number): Promise<ViewerState>;
  stop(): Promise<void>;
}

export const dataDirOf = (options: Options): string => join(options.out, `store-${options.model}`);

export async function startRig(options: Options, root: string): Promise<Rig> {
  const log = join(options.out, 'log.txt');
  const args = ['--model', options.model, '--device', options.device, '--card-gb', String(options.cardGb)];
  const sidecar = await startSidecar(root, dataDirOf(options), log);
  const stops: (() => Promise<void>)[] = [() => sidecar.stop()];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const capture = await startCapture({ root, python: options.python, args, log }, sidecar);
    stops.push(() => capture.stop());
    const viewer = await openViewer(new URL(`ws://127.0.0.1:${sidecar.port}/viewer`), {
      Authorization: `Bearer ${sidecar.token}`,
    });
    stops.push(() => Promise.resolve(viewer.close()));
    const until = async (fits: (state: ViewerState) => boolean, timeoutMs: number): Promise<ViewerState> => {
      const state = viewer.state();
      return state !== null && fits(state) ? state : viewer.waitFor('state', fits, timeoutMs);
    };
    await until((state) => state.environment !== null && state.source.health === 'ok', 30_000);
    return { capture, viewer, until, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What children need to see the simulated card instead of a real one. */
export function simulatedEnvironment(options: Options, root: string): Record<string, string> {
  const bin = join(root, 'test', 'simulated_card', 'bin');
  return {
    HEADROOM_SIM_STATE: join(options.out, 'simulated-card.json'),
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}
