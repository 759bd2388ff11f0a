/** What the tab says of the device's memory now and in the last minutes. */
import type { LiveRun } from '../../../protocol/live.ts';
import { formatMaybeMiB, formatMiB, formatSettings } from '../amounts.ts';
import { OPERATION_NAMES, OUTCOME_NAMES, VERDICT_NAMES } from '../names.ts';

export const NOW: string = 'Now';
export const LAST_MINUTES: string = 'Memory in use over the last five minutes';
export const ABOUT_MARKS: string =
  'Each mark is a generation as it began: a tick fitted, "!" was tight, a cross would not fit, by what the readout ' +
  'said then; a dash had no verdict.';
export const CARD_ENDS: string = 'all that programs can have';
export const WHO_HAS_WHAT: string = 'Who has what';

/** Of the bar, beside programs by their own names. */
export const HOLDER_NAMES = {
  weights: "the checkpoint's weights",
  checkpoints: 'other checkpoints',
  left: 'left by failed generations',
  work: 'pictures in hand, and the rest of PyTorch',
  /** Where the weights are not known. */
  torch: 'all that PyTorch uses',
  cache: "PyTorch's cache, which it gives back when asked",
  context: 'CUDA context',
  untold: 'programs that the driver does not name',
  others: 'all other programs',
};

export function holderShare(name: string, usedMiB: number | null): string {
  return `${name} ${formatMaybeMiB(usedMiB, '(the driver does not say how much)')}`;
}

export function freeInWords(freeMiB: number): string {
  return `free ${formatMiB(freeMiB)}`;
}

/** "Last run: txt2img, 512x512, fits, ran, peak 3.4 GiB of the whole device". */
export function lastRunInWords(run: LiveRun): string {
  return `Last run: ${runInWords(run)}`;
}

/** "txt2img, 512x512, fits, ran, peak 3.4 GiB of the whole device". */
export function runInWords({
  settings,
  verdict,
  outcome,
  peakMiB,
}: Omit<LiveRun, 'runId' | 'startedAtMs' | 'origin'>): string {
  return [
    OPERATION_NAMES[settings.operation],
    formatSettings(settings),
    ...(verdict === null ? [] : [VERDICT_NAMES[verdict]]),
    outcome === null ? 'still running' : OUTCOME_NAMES[outcome],
    ...(peakMiB === null ? [] : [`peak ${formatMiB(peakMiB)} of the whole device`]),
  ].join(', ');
}

/** On the axis of time, which ends now: "-2 min". */
export function beforeNowInWords(seconds: number): string {
  if (seconds === 0) return 'now';
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
