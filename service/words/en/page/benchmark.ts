/** What the tab says around a benchmark: before it, and while it runs. */
import type { BenchmarkState, Budget } from '../../../protocol/benchmark.ts';
import { counted, formatMiB, formatMinutes, formatSettings, formatTimeLeft } from '../amounts.ts';
import { OPERATION_NAMES } from '../names.ts';

export const BENCHMARK: string = 'Benchmark';
export const ABOUT_THE_BENCHMARK: string =
  'Generates images from small to large and measures each. Your own generations wait in the queue meanwhile; ' +
  'no picture is saved, and your prompt and settings stay as they are.';
export const RUN_BENCHMARK: string = 'Run Benchmark';
/** As long as it takes on a card in the middle of the range. */
export const MEASURE_THIS_CARD: string = 'Measure this card: 10 s';
export const START_OVER: string = 'Start over';
export const GO_ON: string = 'Go on';
export const CANCEL: string = 'Cancel';
export const MAX_IMAGE_SIZE: string = 'Max image size (px)';
export const MAX_BATCH_SIZE: string = 'Max batch size';
export const OPERATIONS: string = 'Operations';
export const HOW_MANY_RUNS: string = 'How many runs at the most';
/** Of those that a form offers: a probe has a button of its own. */
export const BUDGET_NAMES: Readonly<Record<Exclude<Budget, 'probe'>, string>> = {
  quick: 'quick',
  default: 'default',
  thorough: 'thorough',
};
export const NOBODY_RUNS_IT: string = 'Not connected: no benchmark can run now.';
export const CHOOSE_AN_OPERATION: string = 'Choose at least one operation.';
export const COUNTING_THE_RUNS: string = 'Counting the runs.';

export function resumableInWords({
  runsDone,
  runsPlanned,
}: Readonly<Record<'runsDone' | 'runsPlanned', number>>): string {
  return `A benchmark stopped after ${runsDone} of ${runsPlanned} runs: go on where it stopped, or start over.`;
}

export function planInWords(runs: number, minutes: number | null): string {
  const count = `Up to ${counted(runs, 'run')}`;
  return minutes === null
    ? `${count}: a few minutes to half an hour. The first of them, or "${MEASURE_THIS_CARD}", tell how long.`
    : `${count}, ${formatMinutes(minutes)} by what runs took so far; fewer where more would change nothing.`;
}

/** `run` is 0 while warming up; `heardOf`: what is told is of before the connection broke. */
export function runInHand(
  {
    run,
    runsPlanned,
    settings,
    capMiB,
  }: Pick<Extract<BenchmarkState, { state: 'running' }>, 'run' | 'runsPlanned' | 'settings' | 'capMiB'>,
  heardOf: boolean,
): string {
  const within = capMiB === null ? '' : `, with ${formatMiB(capMiB)} at most`;
  const what =
    settings === null ? '' : `: ${OPERATION_NAMES[settings.operation]}, ${formatSettings(settings)}${within}`;
  const words = run === 0 ? `Warming up, then up to ${runsPlanned} runs` : `Run ${run} of up to ${runsPlanned}${what}`;
  return heardOf ? `${words}, when last heard of` : words;
}

/** Empty where it is not known. */
export function timeLeftInWords(timeLeftMs: number | null): string {
  return timeLeftMs === null ? '' : `${formatTimeLeft(timeLeftMs)} left`;
}
