/** What `record` and `compare` say of an order, a program and a file. */
import { counted, formatMiB } from '../amounts.ts';

export const COMPARE_NEEDS_TWO: string = 'it needs two: headroom compare A B.';
export const NO_HOOK: string = 'the hook for Python is not there: it lies beside dist/ in a whole Headroom.';

export const RECORD_NEEDS_A_PROGRAM: string = 'record needs a program: headroom record -- COMMAND ARGS.';

export function behindTwoHyphensInWords(mistake: string): string {
  return `${mistake} The program's own words come behind "--".`;
}

export function intervalInWords(least: number, most: number): string {
  return `--interval-ms must be a whole number, ${least} to ${most}.`;
}

export function noSuchRunInWords(name: string): string {
  return name === 'last' ? 'the store has no run yet, so there is no last one.' : `no run in the store is "${name}".`;
}

/** Why a file cannot be compared. */
export function notComparableInWords(file: string, why: 'no-recording' | 'later-version' | 'damaged'): string {
  switch (why) {
    case 'no-recording':
      return `"${file}" is no recording, and no export with such a run.`;
    case 'later-version':
      return `"${file}" was written by a later version of Headroom: update this one.`;
    case 'damaged':
      return `"${file}" is damaged: a line in its middle cannot be read.`;
  }
}

export function notRecordedInWords(unwritable: string): string {
  return `${unwritable} The program was not started.`;
}

export function recordedInWords(file: string): string {
  return `recorded in "${file}".`;
}

export function notWholeInWords(file: string, why: string): string {
  return `the recording "${file}" is not whole: ${why}.`;
}

/** `text`: the system's own. */
export function notStartedInWords(
  command: string,
  reason: 'not-found' | 'not-executable' | 'other',
  text: string,
): string {
  switch (reason) {
    case 'not-found':
      return `there is no program "${command}". Nothing was recorded.`;
    case 'not-executable':
      return `"${command}" cannot be run: this user may not, or it is no program. Nothing was recorded.`;
    case 'other':
      return `"${command}" could not be started (${text}). Nothing was recorded.`;
  }
}

interface Device {
  readonly index: number | null;
  readonly name: string;
  readonly uuid: string | null;
}

export function noSuchDeviceInWords(id: string, devices: readonly Device[]): string {
  const there = devices.map(({ index, name, uuid }) => `${index ?? '?'} (${name}, ${uuid ?? 'no uuid'})`).join(', ');
  return `there is no device "${id}"; there ${devices.length === 0 ? 'is none' : `is ${there}`}.`;
}

/** What the lines of `headroom top` are of. */
export const TOP_LABELS: Readonly<Record<'minutes' | 'lastRun' | 'cache', string>> = {
  minutes: 'Last 5 min',
  lastRun: 'Last run',
  cache: 'Cache',
};

export const NO_RUN_YET: string = 'none in the store';
export const HOW_TO_END_TOP: string = 'q or Ctrl+C ends';

export function usedOfCard(usedMiB: number, usableMiB: number): string {
  const freeMiB = Math.max(0, usableMiB - usedMiB);
  return `${formatMiB(usedMiB)} of ${formatMiB(usableMiB)} used, ${formatMiB(freeMiB)} free`;
}

/** Of the last minutes. */
export function upToInWords(mostMiB: number): string {
  return `up to ${formatMiB(mostMiB)}`;
}

/** Before the last run. */
export function cacheBeforeInWords(cacheMiB: number): string {
  return `${formatMiB(cacheMiB)} held by PyTorch and free, before the last run`;
}

export function moreProgramsInWords(programs: number): string {
  return `and ${counted(programs, 'more program')}`;
}
