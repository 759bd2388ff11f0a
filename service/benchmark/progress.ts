import { observationOf } from '../calibration/observations.ts';
import { predictMs, timedFit, typicalWorkMpx, workMpxOf, type TimeFit } from '../calibration/time.ts';
import { hintsOf } from '../hosts/hints.ts';
import { traitsOf } from '../hosts/hosts.ts';
import type { PlanOptions } from '../plan/types.ts';
import type { Environment } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { Run } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import { operationsLeft, type Trouble } from './left-out.ts';

/** What a benchmark has come to so far. */
export interface Progress {
  readonly session: Session;
  /** Oldest first, with those from before it stopped half-way. */
  readonly runs: readonly Run[];
  /** Its first run, which loads libraries, is over. */
  readonly warmedUp: boolean;
  /** What a run costs beyond its own time: waiting for the WebUI, for the memory to settle. */
  readonly overheadMs: number;
  readonly trouble: Trouble;
  /** How often in a row the WebUI was busy. */
  readonly refusals: number;
}

const RUN_LIMIT_MS = 10 * 60_000;
const RUN_LIMIT_TIMES_PREDICTED = 20;

/** The runs of a benchmark that tell the planner something. */
export function doneOf(runs: readonly Run[]): Run[] {
  return runs.filter((run) => run.origin === 'benchmark' && observationOf(run) !== null);
}

export function planOf(session: Session, environment: Environment, limitMiB: number | null): PlanOptions {
  const [traits, hints] = [traitsOf(environment), hintsOf(environment)];
  return { ...session.options, limitMiB, seed: session.seed, traits, hints };
}

/** What of the options the WebUI has not failed at. */
export function possible({
  session,
  runs,
  trouble,
}: Progress): Required<Pick<PlanOptions, 'operations' | 'caps' | 'failed'>> {
  const failed = runs.filter((run) => run.origin === 'benchmark' && run.outcome === 'failed' && run.capMiB === null);
  return {
    operations: operationsLeft(session.options.operations, trouble.leftOut),
    caps: !trouble.leftOut.some(({ what }) => what === 'caps'),
    failed: failed.map(({ settings }) => settings),
  };
}

/** How long a run is waited for. */
export function runLimitMs(runs: readonly Run[], settings: GenerationSettings, guess: TimeFit): number {
  const predictedMs = predictMs(timedFit(runs, guess) ?? guess, workMpxOf(settings));
  return Math.max(RUN_LIMIT_MS, RUN_LIMIT_TIMES_PREDICTED * predictedMs);
}

/** The first runs are small: what is still to come is as large as usual, until as many runs say otherwise. */
export function timeLeftMs({ session, runs, overheadMs }: Progress, guess: TimeFit): number | null {
  const time = timedFit(runs, guess);
  if (time === null) return null;
  const done = doneOf(runs);
  const left = Math.max(0, session.runsPlanned - done.length);
  const doneMpx = done.reduce((sum, one) => sum + workMpxOf(one.settings), 0);
  const meanMpx = (doneMpx + typicalWorkMpx(session.options) * left) / Math.max(1, done.length + left);
  return left * (predictMs(time, meanMpx) + overheadMs);
}
