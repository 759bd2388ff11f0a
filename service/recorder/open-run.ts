/** A run from its start until nothing more is to be learnt of it. */
import type { Clock } from '../base/clock.ts';
import type { HostMessage } from '../protocol/host.ts';
import { otherSince, type LiveLedger, type Loaded, type MemoryReading } from '../memory/ledger.ts';
import { firstLoadedMiB, othersOnceLoaded } from './loaded.ts';
import { DISTURBED_MIB, type Run } from './run.ts';

export type Started = Extract<HostMessage, { type: 'run-started' }>;
export type Phase = Extract<HostMessage, { type: 'run-phase' }>;
export type Ended = Extract<HostMessage, { type: 'run-ended' }>;

/** What the host does not know of the run it reports. */
export interface RunContext {
  readonly keyHash: string;
  readonly sessionId: string | null;
  /** Before the word of its start came. */
  readonly startedMonotonicMs: number;
  readonly estimatedPeakMiB: number | null;
  readonly estimatedPeakRange: Run['estimatedPeakRange'];
}

/**
 * A run without its marks; `otherAfterMiB`: all that was not torch's right after it, null where it could not be read.
 */
export type RecordedRun = Omit<Run, 'marks'> & { readonly otherAfterMiB: number | null; readonly rescued: boolean };

export interface OpenRun {
  readonly started: Started;
  readonly context: RunContext;
  /** As its baseline has it. Unless that is all, the context may grow with this run, or has since the others were read. */
  readonly loaded: Loaded;
  readonly startedAtMs: number;
  readonly baseline: Run['baseline'];
  readonly phases: Phase['counters'][];
  devicePeakMiB: number | null;
  ownPeakMiB: number | null;
  totalMiB: number | null;
  usableMiB: number | null;
  rescued: boolean;
  ended: { readonly message: Ended; readonly atMs: number; readonly monotonicMs: number } | null;
  otherAfter: { readonly mib: number; readonly monotonicMs: number } | null;
  timer: { clear(): void } | null;
}

export function opened(started: Started, context: RunContext, clock: Clock, ledger: LiveLedger): OpenRun {
  const { latest, other } = ledger.now;
  const deviceUsedMiB = latest?.usedMiB ?? null;
  return {
    started,
    context,
    loaded: other?.loaded ?? 'nothing',
    startedAtMs: clock.nowMs(),
    baseline: { deviceUsedMiB, otherMiB: other?.mib ?? null, torch: started.torch },
    phases: [],
    devicePeakMiB: null,
    ownPeakMiB: null,
    totalMiB: latest?.totalMiB ?? null,
    usableMiB: latest?.usableMiB ?? null,
    rescued: false,
    ended: null,
    otherAfter: null,
    timer: null,
  };
}

/** Settled: the run has ended, and nothing more is to be learnt of it. */
export function takeReading(run: OpenRun, reading: MemoryReading, ledger: LiveLedger): 'open' | 'settled' {
  if (reading.usedMiB === null) return 'open';
  run.totalMiB = reading.totalMiB ?? run.totalMiB;
  run.usableMiB = reading.usableMiB ?? run.usableMiB;
  if (run.ended === null) {
    run.devicePeakMiB = Math.max(run.devicePeakMiB ?? 0, reading.usedMiB);
    if (reading.processMiB !== null) run.ownPeakMiB = Math.max(run.ownPeakMiB ?? 0, reading.processMiB);
    return 'open';
  }
  const afterMiB = otherSince(ledger.now, run.ended.monotonicMs);
  if (afterMiB === null || run.baseline.otherMiB === null) return 'open';
  run.otherAfter = { mib: afterMiB, monotonicMs: reading.monotonicMs };
  // A warm-up is expected to move it (it makes the context): once it is known, the next run has its baseline.
  const isExpected = run.started.origin === 'warm-up' || onceLoaded(run) !== null;
  return isExpected || Math.abs(afterMiB - run.baseline.otherMiB) <= DISTURBED_MIB ? 'settled' : 'open';
}

/** Before the word of the next run's start came, the device may have shown that one's memory. */
export function forgetReadSince(run: OpenRun, nextStartedMonotonicMs: number): void {
  if (run.otherAfter !== null && run.otherAfter.monotonicMs > nextStartedMonotonicMs) run.otherAfter = null;
}

/** Null where nothing was loaded. */
function onceLoaded({ loaded, ended, baseline, otherAfter, devicePeakMiB }: OpenRun): number | null {
  const reservedPeakMiB = ended?.message.torch?.reservedPeakMiB ?? null;
  return loaded !== 'all'
    ? othersOnceLoaded({
        beforeMiB: baseline.otherMiB,
        afterMiB: otherAfter?.mib ?? null,
        devicePeakMiB,
        reservedPeakMiB,
      })
    : null;
}

/** The end of a run that the host never reported. */
export function lostEnd(run: OpenRun, clock: Clock): Ended {
  const durationMs = Math.max(0, clock.monotonicMs() - run.context.startedMonotonicMs);
  return {
    type: 'run-ended',
    runId: run.started.runId,
    outcome: 'interrupted',
    torch: null,
    durationMs,
    error: 'The end of this run was never reported.',
  };
}

/** As it is kept should nobody be left to hear of its end. */
export function asCutOff(run: OpenRun): RecordedRun {
  const { runId } = run.started;
  const message = {
    type: 'run-ended',
    runId,
    outcome: 'interrupted',
    torch: null,
    durationMs: 0,
    error: null,
  } as const;
  return runOf(run, { message, atMs: run.startedAtMs, monotonicMs: run.context.startedMonotonicMs });
}

/** Null where it was not the first whole one, or where the others were not read after it. */
function loadedMiB({ loaded, baseline, otherAfter }: OpenRun, { outcome, torch }: Ended): number | null {
  if (loaded !== 'nothing' || outcome !== 'ok' || torch === null) return null;
  return firstLoadedMiB({ beforeMiB: baseline.otherMiB, afterMiB: otherAfter?.mib ?? null });
}

/** What was expected of the whole device, with what was loaded meanwhile. */
function expectedBeside(
  { context: { estimatedPeakMiB, estimatedPeakRange }, baseline, usableMiB }: OpenRun,
  othersMiB: number | null,
): Pick<Run, 'estimatedPeakMiB' | 'estimatedPeakRange'> {
  const grownMiB = (othersMiB ?? 0) - (baseline.otherMiB ?? 0);
  const grown = (mib: number): number => Math.min(mib + grownMiB, Math.max(mib, usableMiB ?? Infinity));
  return {
    estimatedPeakMiB: estimatedPeakMiB === null ? null : grown(estimatedPeakMiB),
    estimatedPeakRange:
      estimatedPeakRange === null
        ? null
        : {
            ...estimatedPeakRange,
            lowMiB: grown(estimatedPeakRange.lowMiB),
            highMiB: grown(estimatedPeakRange.highMiB),
          },
  };
}

export function runOf(run: OpenRun, { message, atMs }: NonNullable<OpenRun['ended']>): RecordedRun {
  const { started, context } = run;
  const othersMiB = onceLoaded(run) ?? run.baseline.otherMiB;
  return {
    runId: started.runId,
    keyHash: context.keyHash,
    sessionId: context.sessionId,
    origin: started.origin,
    startedAtMs: run.startedAtMs,
    endedAtMs: Math.max(run.startedAtMs, atMs),
    settings: started.settings,
    capMiB: started.capMiB,
    condUncondBatched: started.condUncondBatched,
    extras: started.extras,
    baseline: { ...run.baseline, otherMiB: othersMiB },
    totalMiB: run.totalMiB,
    usableMiB: run.usableMiB,
    devicePeakMiB: run.devicePeakMiB,
    ownPeakMiB: run.ownPeakMiB,
    torch: message.torch,
    loadedMiB: loadedMiB(run, message),
    phases: run.phases.slice(0, 64),
    outcome: message.outcome,
    durationMs: message.durationMs,
    error: message.error,
    ...expectedBeside(run, othersMiB),
    otherAfterMiB: run.otherAfter?.mib ?? null,
    rescued: run.rescued,
  };
}
