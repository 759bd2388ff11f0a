/** What the tab says of runs. */
import type { RowMark, RunRow } from '../../../protocol/viewer.ts';
import { counted, formatMiB } from '../amounts.ts';
import { OUTCOME_NAMES } from '../names.ts';

export const RUNS: string = 'Runs';
export const TABLE_OF_RUNS: string = 'Table of runs';
export const NO_RUNS: string = 'No runs yet.';
export const WHAT_BRINGS_RUNS: string = 'Run the benchmark; your own generations are added as you make them.';
export const ABOUT_CAPS: string =
  '"ran within" and "needs more than": the benchmark gave these runs less memory on purpose, to find the least ' +
  'that is enough.';
export const RUN_HEADINGS: readonly string[] = [
  'When',
  'Operation',
  'Settings',
  'Outcome',
  'Estimated peak',
  'Measured peak',
  'Off by',
  'Took',
  'Counts',
];
export const NO_ESTIMATE: string = 'none';
export const SAVE_RUNS: string = 'Save as CSV';

/** Why a run does not count for the estimates. */
const NOT_COUNTED: Readonly<Record<RowMark, string>> = {
  disturbed: 'another program moved memory meanwhile',
  spilled: 'the driver gave out system RAM',
  extras: 'made with more than the settings, such as ControlNet',
  interrupted: 'stopped early',
  'warm-up': 'warm-up',
  'no-samples': 'nothing was measured',
  outlier: 'far from its estimate',
  rescued: 'its decode was done again in tiles',
  'cut-off': 'the sidecar stopped while this ran',
  superseded: 'from before a newer benchmark',
  'attention-adapts': 'attention adapts',
  'webui-adapts': 'the WebUI adapts',
  unsupported: 'the WebUI is not supported',
  contradicted: 'contradicted by runs made here',
  'own-runs-count': 'runs made here count instead',
};

/** "warm-up: not counted". */
export function countsInWords({ marks }: Pick<RunRow, 'marks'>): string {
  return marks.length === 0 ? 'yes' : `${marks.map((mark) => NOT_COUNTED[mark]).join(', ')}: not counted`;
}

export function cappedInWords(runs: number, folded: boolean): string {
  return folded ? `Show ${counted(runs, 'run')} under a cap` : 'Hide runs under a cap';
}

export function whenInWords({ startedAtMs, imported }: RunRow): string {
  const when = new Date(startedAtMs).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
  return imported ? `${when}, imported` : when;
}

/**
 * A run under a cap was made to find the least memory that is enough: that it failed is no accident, and no fault of
 * the card.
 */
export function outcomeInWords({ outcome, capMiB }: RunRow): string {
  if (capMiB === null) return OUTCOME_NAMES[outcome];
  if (outcome === 'ok') return `ran within ${formatMiB(capMiB)}`;
  return outcome === 'oom' ? `needs more than ${formatMiB(capMiB)}` : OUTCOME_NAMES[outcome];
}

/** The peak of a run that ran out of memory is what it had reached, not what it needed; under a cap it says nothing. */
export function measuredInWords(row: RunRow): string {
  if (row.capMiB !== null) return '';
  if (row.webuiPeakMiB === null) return 'not measured';
  return row.outcome === 'ok' ? formatMiB(row.webuiPeakMiB) : `at least ${formatMiB(row.webuiPeakMiB)}`;
}

export function captionOfRuns(shown: number, total: number): string {
  const count = shown < total ? `The newest ${shown} of ${total} runs` : `${counted(total, 'run')} in all`;
  return `${count}, whether they count or not; memory figures leave out the CUDA context and other programs`;
}

/** Of so many generations of a person's own `failed` ran out of memory; one at least. */
export function outOfMemoryInWords(
  failed: number,
  of: number,
  lastFailed: boolean,
  estimatedMiB: number | null,
): string {
  if (failed > 1 || !lastFailed) return `${failed} of your last ${of} generations ran out of memory.`;
  const estimated =
    of > 1 || estimatedMiB === null
      ? ''
      : `; a peak of ${formatMiB(estimatedMiB)} was estimated, without the CUDA context and other programs`;
  return `Your last generation ran out of memory${estimated}.`;
}

/** `offBy`: of generations of a person's own, in percent, one at least; `someFailed`: others ran out of memory. */
export function accuracyInWords(offBy: readonly number[], someFailed: boolean): string {
  const which = someFailed ? ' that ran' : '';
  const against = 'estimated against measured peak without the CUDA context and other programs';
  const mean = offBy.reduce((sum, one) => sum + one, 0) / offBy.length;
  if (offBy.length === 1) return `Your last generation${which}, ${against}: ${mean.toFixed(1)} % off.`;
  return (
    `Your last ${offBy.length} generations${which}, ${against}: ${mean.toFixed(1)} % off on average, ` +
    `${Math.max(...offBy).toFixed(1)} % at most.`
  );
}

/** `offBy`: of so many runs that count, in percent, one at least. */
export function resultInWords(offBy: readonly number[]): string {
  const mean = offBy.reduce((sum, one) => sum + one, 0) / offBy.length;
  const most = offBy.length === 1 ? '' : ` on average, ${Math.max(...offBy).toFixed(1)} % at most`;
  return (
    `${counted(offBy.length, 'run')} without a cap measured here: the estimated peak, without the CUDA context and ` +
    `other programs, was ${mean.toFixed(1)} % off${most}.`
  );
}

export const FORGET: string = 'Forget';
export const KEEP_THEM: string = 'Keep them';
const FORGETTING = {
  all: ['Forget these runs', 'made under this key'],
  imported: ['Forget imported runs', 'imported under this key'],
} as const;

export function forgetInWords(which: keyof typeof FORGETTING): string {
  return FORGETTING[which][0];
}

export function askToForget(which: keyof typeof FORGETTING, runs?: number): string {
  const [ask, made] = FORGETTING[which];
  return runs === undefined ? `${ask}?` : `Forget the ${counted(runs, 'run')} ${made}? They cannot be brought back.`;
}
