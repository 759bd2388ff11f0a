/** The real sidecar as the sources stand now, beside a simulated card and without a WebUI. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSidecar, type SidecarProcess } from '../../benchmarks/gpu/sidecar.ts';
import { openViewer, type ViewerClient } from '../../tools/viewer-client.ts';
import { keyHashOf } from '../../service/recorder/key.ts';
import { storedEnvironmentOf, type Run } from '../../service/recorder/run.ts';
import { openStore } from '../../service/store/store.ts';
import { exampleRun } from '../service/recorder/examples.ts';
import { buildExtension } from '../browser/stand-in.ts';
import { createCardFile, type CardFile } from './card-file.ts';
import { ENVIRONMENT, connectHost, type HostClient } from './host-client.ts';

export interface SidecarRig {
  readonly card: CardFile;
  /** All of its processes name this folder. */
  readonly folder: string;
  /** The built extension, and where its store lies. */
  readonly extension: string;
  readonly dataDir: string;
  readonly sidecar: SidecarProcess;
  connectHost(): Promise<HostClient>;
  connectViewer(): Promise<ViewerClient>;
  stop(): Promise<void>;
}

/** @param runs that its store holds, of the set-up that `connectHost` tells. */
export async function startSidecarRig(runs: readonly Partial<Run>[] = []): Promise<SidecarRig> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-hard-'));
  const extension = await buildExtension();
  const card = createCardFile(folder);
  const dataDir = join(folder, 'data');
  if (runs.length > 0) fill(dataDir, runs);
  const remove = () => {
    for (const path of [folder, extension])
      rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const sidecar = await startSidecar(extension, dataDir, join(folder, 'log'), card.env);
    const { port, token } = sidecar;
    return {
      card,
      folder,
      extension,
      dataDir,
      sidecar,
      connectHost: () => connectHost(port, token),
      connectViewer: () => openViewer(new URL(`ws://127.0.0.1:${port}/viewer`), { Authorization: `Bearer ${token}` }),
      stop: async () => {
        await sidecar.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function fill(dataDir: string, runs: readonly Partial<Run>[]): void {
  const store = openStore(dataDir, Date.now());
  const keyHash = keyHashOf(storedEnvironmentOf(ENVIRONMENT));
  for (const [at, changes] of runs.entries())
    store.saveRun(exampleRun({ runId: `run-${at}`, keyHash, startedAtMs: Date.now(), ...changes }));
  store.close();
}
