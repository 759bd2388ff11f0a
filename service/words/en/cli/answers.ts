/** What the command line answers, but for the doctor. */
import type { EstimateResult } from '../../../protocol/estimate.ts';
import { counted, formatMiB } from '../amounts.ts';
import { spareInWords } from '../estimate.ts';

/** A WebUI that runs, and the folder of its store. */
interface RunningWebui {
  readonly pid: number;
  readonly dataDir: string;
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

export const SET_UP: string = 'Set-up';
export const VERDICT: string = 'Verdict';
export const INSTEAD: string = 'Instead';

/** `checkpoint` is null where none was loaded. */
export function setUpInWords(checkpoint: string | null, device: string, keyHash: string): string {
  return `${checkpoint ?? 'no checkpoint'} on ${device}, key ${keyHash}`;
}

/** A figure in words, and the phase that needs it. */
export function mostlyInWords(figure: string, phase: string): string {
  return `${figure}, most of it in ${phase}`;
}

/** Behind the verdict. `lately`: see `latelyInWords`. */
export function marginInWords(result: Estimated, lately: string | null): string {
  const { verdict, required, totalMiB, usableMiB } = result;
  const inAll = usableMiB === totalMiB ? '' : ` (${formatMiB(totalMiB)} in all)`;
  const even = verdict === 'fits' ? `, even at ${formatMiB(required.highMiB)}` : '';
  const margin = `${spareInWords(result)} of the ${formatMiB(usableMiB)} that programs can have${inAll}${even}`;
  return lately === null ? margin : `${margin}; ${lately}`;
}

/** `key`: what its key should begin with; null for whichever was last seen. */
export function noSetUpInWords(key: string | null): string {
  return key === null
    ? 'no set-up was seen yet. Start the WebUI with Headroom, and wait until its checkpoint is loaded.'
    : `no set-up has a key that begins with "${key}".`;
}

/** Of a set-up that no run is known of, where no WebUI was ever read at rest. */
export const OTHERS_NOT_KNOWN: string =
  'what is in use beside the WebUI is not known for this set-up. Say it with --other-mib, or let the WebUI run for a moment.';

/** Of a table, by their headings. */
export function columnsLeftOutInWords(headings: readonly string[]): string {
  return `No room here for: ${headings.join(', ')}. A wider terminal has it, and --json.`;
}

export function removedInWords(importedRuns: number): string {
  return `${counted(importedRuns, 'imported run')} removed.`;
}

export function importedInWords({
  runsAdded,
  runsKnown,
  linesLeftOut,
}: Readonly<Record<'runsAdded' | 'runsKnown' | 'linesLeftOut', number>>): string {
  return `${counted(runsAdded, 'run')} added, ${runsKnown} known already, ${counted(linesLeftOut, 'line')} left out.`;
}

export const MARKED_AS_IMPORTED: string = 'They are marked as imported; "headroom forget --imported" removes them.';

/** `problem`: what is wrong with the line, with its place in it. */
export function lineProblemInWords(line: number, problem: string): string {
  return `line ${line}: ${problem}`;
}

export function moreLinesInWords(lines: number): string {
  return `and ${counted(lines, 'more line')}.`;
}

export function stoppedInWords(line: number): string {
  return `stopped at line ${line}: this is no export.`;
}

export function noExportInWords(file: string): string {
  return `"${file}" does not look like an export of Headroom's.`;
}

export function laterExportInWords(file: string): string {
  return `"${file}" was written by a later version of Headroom: update this one. Nothing was taken over.`;
}

/** `some`: a part of it was. */
export function notKeptInWords(some: boolean): string {
  return some
    ? 'not all of it was kept, for the store could not be written any more: import it again.'
    : 'nothing was kept.';
}

/** Of one of several set-ups. */
export function ofSetUpInWords(keyHash: string, words: string): string {
  return `Set-up ${keyHash}: ${words}`;
}

export const NEEDS_A_TOKEN: string =
  'the first line on stdin must be a token of 64 hex digits. In a terminal of your own use --standalone.';

export function openInWords(address: string): string {
  return `Headroom: open ${address} in a browser on this machine. Ctrl-C ends.`;
}

/** What the lines of a bare `headroom` are of. */
export const STATUS_LABELS: Readonly<Record<'card' | 'webui' | 'store' | 'setUp' | 'next', string>> = {
  card: 'Card',
  webui: 'WebUI',
  store: 'Store',
  setUp: 'Set-up',
  next: 'Next:',
};

export function runningWebuiInWords(pid: number): string {
  return `running, process ${pid}`;
}

/** The first is taken. */
export function severalWebuisInWords([taken, ...others]: readonly RunningWebui[]): string {
  const named = (one: RunningWebui | undefined): string => `process ${one?.pid} (${one?.dataDir})`;
  const rest = others.map(named).join(' or ');
  return `several WebUIs run. This is of ${named(taken)}. For another: --data-dir with the folder of ${rest}.`;
}

export const NO_WEBUI_RUNS: string = 'none is running with Headroom';

export function runsInStoreInWords(dataDir: string, runs: number): string {
  return `${dataDir}, ${counted(runs, 'run')}`;
}

export function noStoreYetInWords(dataDir: string): string {
  return `none yet in ${dataDir}`;
}

/** What to do next, beside the line to type. */
export const NEXT_STEPS: Readonly<
  Record<'doctor' | 'benchmark' | 'estimate' | 'max' | 'top' | 'page' | 'help', string>
> = {
  doctor: 'why no card can be read',
  benchmark: 'Open the tab Headroom in the WebUI and press "Run Benchmark".',
  estimate: 'whether an image fits',
  max: 'the largest that fits',
  top: 'who holds memory now',
  page: 'a page in your browser',
  help: 'all commands',
};

/** While an import runs. `ofBytes`: the size of the file; null where it is not known. */
export function readSoFarInWords(bytes: number, ofBytes: number | null): string {
  const read = `${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`;
  return ofBytes === null ? `${read} read` : `${read} of ${(ofBytes / BYTES_PER_MIB).toFixed(1)} MiB read`;
}

/** While an export runs. */
export function writtenSoFarInWords(lines: number): string {
  return `${counted(lines, 'line')} written`;
}

const BYTES_PER_MIB = 1024 * 1024;
