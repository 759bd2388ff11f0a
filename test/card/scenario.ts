/**
 * The whole test, in order: benchmark, every estimate, and only then the truth, so that no later run has taught the
 * estimates anything.
 */
import { noticeInWords } from '../../service/words/index.ts';
import { join } from 'node:path';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { connectViewer } from '../../tools/viewer-client.ts';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import type { Cleanup } from '../live/cleanup.ts';
import type { WebuiInstall } from '../live/install.ts';
import { processesOf, residentMiB } from '../hard/processes.ts';
import { startWebui } from '../live/webui-process.ts';
import type { WebuiProcess } from '../live/webui-process.ts';
import { Workspace } from '../live/workspace.ts';
import type { CardOptions } from './args.ts';
import { runBenchmark, until } from './benchmark.ts';
import { BLANK_CARD, buildCard, cardEnvironment, makeZeroCheckpoint } from './blank-card.ts';
import { describe, drawLadders, drawRandom } from './draw.ts';
import type { DrawnLadder } from './draw.ts';
import { nearEdge } from './edge.ts';
import { Estimates } from './estimates.ts';
import { firstFigure } from './first-figure.ts';
import { resultOf } from './report.ts';
import type { Beside, CardResult } from './report.ts';
import type { Case } from './score.ts';
import { usedMiB } from './state-file.ts';
import { Truth } from './truth.ts';
import type { Trial } from './truth.ts';
import { collect } from './webui-api.ts';

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

export type CardRun = { ok: true; result: CardResult } | { ok: false; missing: readonly string[] };

/** What is not a matter of the goals (the WebUI does not start, say) is thrown. */
export async function runOnCard({ options, install, cleanup, say }: CardInput): Promise<CardRun> {
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
  const truth = new Truth(webui.url, stateFile, options.cardMiB);
  const sidecarMiB = () =>
    processesOf(workspace.root)
      .filter(({ commandLine }) => commandLine.includes(SIDECAR))
      .map(({ pid }) => residentMiB(pid))[0] ?? null;
  const result = await Promise.race([
    measure({ options, url: webui.url, viewer, truth, stateFile, sidecarMiB, say }),
    webui.gone,
  ]);
  return { ok: true, result };
}

interface Measured {
  options: CardOptions;
  url: string;
  viewer: ViewerClient;
  truth: Truth;
  stateFile: string;
  sidecarMiB: () => number | null;
  say: (text: string) => void;
}

async function measure({ options, url, viewer, truth, stateFile, sidecarMiB, say }: Measured): Promise<CardResult> {
  const isReady = (state: {
    environment: { checkpoint: unknown } | null;
    keyHash: string | null;
    source: { health: string };
  }) => typeof state.environment?.checkpoint === 'string' && state.keyHash !== null && state.source.health === 'ok';
  const { environment, defaults } = await until(viewer, isReady, MODEL_LIMIT_MS);
  say(
    `${environment?.webui} ${environment?.webuiVersion}, torch ${environment?.torchVersion}; benchmark up to ${defaults.maxSizePx} px, batch ${defaults.maxBatchSize} ...`,
  );
  const page = options.page ? await firstFigure(url) : null;
  const random = drawRandom(options.settings, options.seed, defaults.maxSizePx, defaults.maxBatchSize);
  const ladders = drawLadders(options.nearEdge, options.seed);
  const estimates = new Estimates(viewer);
  const benchmark = await runBenchmark(viewer, estimates, {
    operation: 'txt2img',
    width: 512,
    height: 512,
    batchSize: 1,
    hires: null,
  });
  say(
    `benchmark: ${benchmark.outcome}, ${benchmark.runs} runs in ${benchmark.seconds.toFixed(0)} s; ${benchmark.message}`,
  );
  const notices = (viewer.state()?.notices ?? []).map(({ level, notice }) => `${level}: ${noticeInWords(notice)}`);
  for (const settings of random) await estimates.ask(settings);
  for (const { ladder } of ladders) await estimates.askLadder(ladder, options.cardMiB);
  await collect(url);
  const idleMiB = usedMiB(stateFile, 'now');
  const cases = await randomCases(random, estimates, truth, say);
  const near = await nearEdgeCases(ladders, { cardMiB: options.cardMiB, idleMiB }, estimates, truth, say);
  say(`${truth.runs} generations for the truth`);
  const beside: Beside = { page, sidecarMiB: sidecarMiB(), notices, laddersWithoutEdge: ladders.length - near.length };
  return resultOf(benchmark, [...cases, ...near], beside);
}

/** All peaks first: a bisection may leave PyTorch with engines that want less (`--engines kept`). */
async function randomCases(
  random: readonly GenerationSettings[],
  estimates: Estimates,
  truth: Truth,
  say: Measured['say'],
): Promise<Case[]> {
  const trials = [];
  for (const settings of random) trials.push({ settings, first: await truth.onCard(settings) });
  const cases: Case[] = [];
  for (const { settings, first } of trials) {
    cases.push(await caseOf('random', settings, first, estimates, truth));
    say(`${cases.length}/${random.length} ${describe(settings)}: ${first.outcome}`);
  }
  return cases;
}

interface Card {
  cardMiB: number;
  idleMiB: number;
}

async function nearEdgeCases(
  ladders: readonly DrawnLadder[],
  card: Card,
  estimates: Estimates,
  truth: Truth,
  say: Measured['say'],
): Promise<Case[]> {
  const cases: Case[] = [];
  for (const [index, drawn] of ladders.entries()) {
    const guess = estimates.firstAbove(drawn.ladder, card.cardMiB, (mib) => truth.corrected(mib));
    const found = await nearEdge(drawn, card, (settings) => truth.onCard(settings), guess);
    if (found === null) {
      say(
        `near the edge ${index + 1}/${ladders.length}: none of ${describe(drawn.ladder[0] as GenerationSettings)} and up`,
      );
      continue;
    }
    const one = await caseOf('near-edge', found.settings, found.first, estimates, truth);
    cases.push(one);
    const need = one.needMiB === null ? 'far more than the card' : `${Math.round(one.needMiB)} MiB`;
    say(`near the edge ${index + 1}/${ladders.length} ${describe(found.settings)}: ${one.outcome}, needs ${need}`);
  }
  return cases;
}

async function caseOf(
  set: Case['set'],
  settings: GenerationSettings,
  first: Trial,
  estimates: Estimates,
  truth: Truth,
): Promise<Case> {
  const estimate = await estimates.ask(settings);
  const guessMiB = estimate.status === 'estimated' ? estimate.required.valueMiB : null;
  return {
    set,
    settings,
    estimate,
    outcome: first.outcome,
    peakMiB: first.peakMiB,
    needMiB: await truth.need(settings, first, guessMiB),
  };
}
