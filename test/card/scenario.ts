/** The real WebUI with Headroom on a card without kernels, ready for whatever is to be judged there. */
import { join } from 'node:path';
import type { ViewerState } from '../../service/protocol/viewer.ts';
import { connectViewer } from '../../tools/viewer-client.ts';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import { processesOf, residentMiB } from '../hard/processes.ts';
import type { Cleanup } from '../live/cleanup.ts';
import type { WebuiInstall } from '../live/install.ts';
import { startWebui } from '../live/webui-process.ts';
import type { WebuiProcess } from '../live/webui-process.ts';
import { Workspace } from '../live/workspace.ts';
import type { CardOptions } from './args.ts';
import { until } from './benchmark.ts';
import { BLANK_CARD, buildCard, cardEnvironment, makeZeroCheckpoint } from './blank-card.ts';

const START_LIMIT_MS = 10 * 60_000;
const MODEL_LIMIT_MS = 5 * 60_000;
/** The sidecar's program, in its command line. */
const SIDECAR = 'headroom.mjs';
/** As a person starts it for this test; what is read back from the card is zeros. */
const FLAGS = ['--api', '--disable-nan-check', '--no-hashing'];

export interface CardInput {
  options: CardOptions;
  install: WebuiInstall;
  cleanup: Cleanup;
  say: (text: string) => void;
}

export interface Running {
  options: CardOptions;
  url: string;
  viewer: ViewerClient;
  /** As the checkpoint is loaded and the card is read. */
  state: ViewerState;
  /** The card's figures. */
  stateFile: string;
  /** All that the WebUI has printed. */
  log: () => string;
  /** Resident memory; null where it is not found. */
  sidecarMiB: () => number | null;
  say: (text: string) => void;
}

export type CardRun<Result> = { ok: true; result: Result } | { ok: false; missing: readonly string[] };

/** What is not a matter of the goals (the WebUI does not start, say) is thrown. */
export async function runOnCard<Result>(
  { options, install, cleanup, say }: CardInput,
  job: (running: Running) => Promise<Result>,
): Promise<CardRun<Result>> {
  const workspace = new Workspace('headroom-card-');
  cleanup.add(() => (options.keep ? say(`kept: ${workspace.root}`) : workspace.remove()));
  const builtDir = join(workspace.root, 'card');
  const stateFile = join(workspace.root, 'card-state');
  say(`building the card for ${install.python} ...`);
  const built = await buildCard(install, options.includeDirs, builtDir);
  if (!built.ok) return built;
  await workspace.fill();
  workspace.addExtension('blank-card-control', join(BLANK_CARD, 'control'));
  await makeZeroCheckpoint(install, options.family, workspace.checkpointDir);
  say(`starting the WebUI in ${install.dir} ${options.flags.join(' ')} ...`);
  const env = cardEnvironment(builtDir, stateFile, options);
  const onSpawn = ({ stop }: Pick<WebuiProcess, 'stop'>) => cleanup.add(stop);
  const webui = await startWebui({
    install,
    workspace,
    flags: [...FLAGS, ...options.flags],
    env,
    limitMs: START_LIMIT_MS,
    onSpawn,
  });
  say(`it answers after ${(webui.startMs / 1000).toFixed(1)} s (pid ${webui.pid})`);
  const viewer = await connectViewer(webui.url, MODEL_LIMIT_MS);
  cleanup.add(() => viewer.close());
  const sidecarMiB = () =>
    processesOf(workspace.root)
      .filter(({ commandLine }) => commandLine.includes(SIDECAR))
      .map(({ pid }) => residentMiB(pid))[0] ?? null;
  const ready = async (): Promise<Running> => {
    const state = await until(viewer, isReady, MODEL_LIMIT_MS);
    const { environment } = state;
    say(`${environment?.webui} ${environment?.webuiVersion}, torch ${environment?.torchVersion}`);
    const log = () => workspace.log();
    return { options, url: webui.url, viewer, state, stateFile, log, sidecarMiB, say };
  };
  return { ok: true, result: await Promise.race([ready().then(job), webui.gone]) };
}

function isReady({ environment, keyHash, source }: ViewerState): boolean {
  return typeof environment?.checkpoint === 'string' && keyHash !== null && source.health === 'ok';
}
