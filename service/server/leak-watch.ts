import { leaksOf } from '../leaks/leaks.ts';
import type { IdleSample } from '../leaks/sample.ts';
import type { Clock } from '../base/clock.ts';
import { otherMiB, type LiveLedger } from '../memory/ledger.ts';
import type { ReadProcessInRam } from '../memory/ram/process.ts';
import type { HostMessage } from '../protocol/host.ts';
import type { Leak } from '../protocol/leak.ts';
import type { Run } from '../recorder/run.ts';

type Idle = Extract<HostMessage, { type: 'host-memory' }>;
type Over = Pick<Run, 'runId' | 'startedAtMs' | 'settings' | 'extras' | 'outcome'>;

/** Notes what the WebUI holds after each of its runs, and whether that grows. */
export interface LeakWatch {
  readonly leaks: readonly Leak[];
  onRunStarted(this: void): void;
  /** Of a WebUI that does nothing; after `run-ended` it comes at once. */
  onIdle(message: Idle): void;
  /** After the ledger has what is to be known after it. */
  onRun(run: Over, pid: number): void;
  onHostGone(this: void): void;
}

export interface LeakWatchOptions {
  readonly clock: Clock;
  readonly ledger: LiveLedger;
  readonly readProcess: ReadProcessInRam;
  readonly onChange: () => void;
}

/** More than the longest trend that is looked for, with others between. */
const MOST_SAMPLES = 200;
/** Elsewhere than on Linux a reading costs a process. */
const READ_EACH_MS = 2_000;

export function createLeakWatch({ clock, ledger, readProcess, onChange }: LeakWatchOptions): LeakWatch {
  let samples: readonly IdleSample[] = [];
  let leaks: readonly Leak[] = [];
  /** What was told since the last run ended, and a run that still waits for it. */
  let idle: Idle | null = null;
  let waiting: { readonly run: Over; readonly pid: number } | null = null;
  /** Another one with each WebUI. */
  let session = {};
  let readAtMs = -Infinity;

  async function take({ run, pid }: NonNullable<typeof waiting>, { torch, loaded }: Idle): Promise<void> {
    const of = session;
    const { contextMiB } = ledger.now;
    const beside = otherMiB(ledger.now);
    const isDue = clock.monotonicMs() - readAtMs >= READ_EACH_MS;
    if (isDue) readAtMs = clock.monotonicMs();
    const process = isDue ? await readProcess(pid) : null;
    if (of !== session) return;
    const held = { torch: torch?.allocatedMiB ?? null, context: contextMiB, beside, ram: process?.residentMiB ?? null };
    const { startedAtMs, settings, extras, outcome } = run;
    samples = [...samples, { startedAtMs, loaded, settings, extras, outcome, held }].slice(-MOST_SAMPLES);
    const before = JSON.stringify(leaks);
    leaks = leaksOf(samples, process?.allocator?.allocator ?? null);
    if (JSON.stringify(leaks) !== before) onChange();
  }

  return {
    get leaks() {
      return leaks;
    },
    onRunStarted: () => {
      idle = waiting = null;
    },
    onIdle: (message) => {
      idle = message;
      if (waiting === null) return;
      void take(waiting, message);
      waiting = null;
    },
    onRun: (run, pid) => {
      const told = { run, pid };
      if (idle === null) waiting = told;
      else void take(told, idle);
    },
    onHostGone: () => {
      session = {};
      samples = leaks = [];
      idle = waiting = null;
    },
  };
}
