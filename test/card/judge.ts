/**
 * Estimates against the truth: benchmark, every estimate, and only then the truth, so that no later run has taught the
 * estimates anything.
 */
import { noticeInWords } from '../../service/words/index.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { runBenchmark } from './benchmark.ts';
import { operationsOf } from './args.ts';
import { describe, drawLadders, drawRandom } from './draw.ts';
import type { DrawnLadder } from './draw.ts';
import { nearEdge } from './edge.ts';
import { Estimates } from './estimates.ts';
import { firstFigure } from './first-figure.ts';
import { resultOf } from './report.ts';
import type { Beside, CardResult } from './report.ts';
import type { Running } from './scenario.ts';
import { scoresOf } from './score.ts';
import type { Case } from './score.ts';
import { usedMiB } from './state-file.ts';
import { Truth } from './truth.ts';
import type { Trial } from './truth.ts';
import { collect } from './webui-api.ts';

export async function judgeEstimates(running: Running): Promise<CardResult> {
  const { options, url, viewer, stateFile, sidecarMiB, say } = running;
  const { defaults } = running.state;
  const truth = new Truth(url, stateFile, options.cardMiB);
  say(`benchmark up to ${defaults.maxSizePx} px, batch ${defaults.maxBatchSize} ...`);
  const page = options.page ? await firstFigure(url) : null;
  const operations = operationsOf(options.family);
  const { maxSizePx, maxBatchSize } = defaults;
  const random = drawRandom(options.settings, options.seed, { maxSizePx, maxBatchSize, operations });
  const ladders = drawLadders(options.nearEdge, options.seed, operations);
  const early = new Estimates(viewer);
  for (const settings of random) await early.ask(settings);
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
  const beforeAny = scoresOf(cases.map((one) => ({ ...one, estimate: early.known(one.settings) ?? one.estimate })));
  const laddersWithoutEdge = ladders.length - near.length;
  const beside: Beside = { page, beforeAny, sidecarMiB: sidecarMiB(), notices, laddersWithoutEdge };
  return resultOf(benchmark, [...cases, ...near], beside);
}

/** All peaks first: a bisection may leave PyTorch with engines that want less (`--engines kept`). */
async function randomCases(
  random: readonly GenerationSettings[],
  estimates: Estimates,
  truth: Truth,
  say: Running['say'],
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
  say: Running['say'],
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
