import type { Clock } from '../base/clock.ts';
import type { LiveLedger, MemoryReading } from '../memory/ledger.ts';
import { asCutOff, forgetReadSince, lostEnd, opened, runOf, takeReading } from './open-run.ts';
import type { Ended, OpenRun, Phase, RecordedRun, RunContext, Started } from './open-run.ts';

/** How long after a run a reading is waited for that shows the others where they were before it. */
export const SETTLE_MS = 3_000;

/** Joins the host's events with the readings of the device into one `Run`; one at a time, as the WebUI generates. */
export interface Recorder {
  onStarted(message: Started, context: RunContext): void;
  onPhase(message: Phase): void;
  onRescued(runId: string): void;
  onEnded(message: Ended): void;
  /** After the ledger took the reading in. */
  onReading(reading: MemoryReading): void;
  /** The host went away: an open run counts as interrupted. */
  onHostGone(): void;
  /** The run that is open or settling, if any. */
  readonly openRunId: string | null;
  /** That run as it is kept should this process stop before its end. */
  readonly cutOff: RecordedRun | null;
}

/**
 * @param ledger told by the caller with every reading and counter before this recorder hears of it.
 * @param onRun gets each run once: as soon as the others are seen where they were, or after `SETTLE_MS`.
 */
export function createRecorder(clock: Clock, ledger: LiveLedger, onRun: (run: RecordedRun) => void): Recorder {
  let open: OpenRun | null = null;
  const endOf = (message: Ended) => ({ message, atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });

  function finish(): void {
    const run = open;
    if (run === null || run.ended === null) return;
    run.timer?.clear();
    open = null;
    onRun(runOf(run, run.ended));
  }

  return {
    get openRunId() {
      return open?.started.runId ?? null;
    },
    get cutOff() {
      return open === null ? null : asCutOff(open);
    },
    onStarted: (started, context) => {
      if (open !== null && open.ended === null) open.ended = endOf(lostEnd(open, clock));
      if (open !== null) forgetReadSince(open, context.startedMonotonicMs);
      finish();
      open = opened(started, context, clock, ledger);
    },
    onPhase: ({ runId, counters }) => {
      if (open?.started.runId === runId && open.ended === null) open.phases.push(counters);
    },
    onRescued: (runId) => {
      if (open?.started.runId === runId) open.rescued = true;
    },
    onEnded: (message) => {
      if (open?.started.runId !== message.runId || open.ended !== null) return;
      open.ended = endOf(message);
      // Nothing to compare, or nothing to doubt: waiting would tell nothing more.
      if (open.baseline.otherMiB === null || open.ownPeakMiB !== null) finish();
      else open.timer = clock.setTimeout(finish, SETTLE_MS);
    },
    onReading: (reading) => {
      if (open !== null && takeReading(open, reading, ledger) === 'settled') finish();
    },
    onHostGone: () => {
      if (open !== null) open.ended ??= endOf(lostEnd(open, clock));
      finish();
    },
  };
}
