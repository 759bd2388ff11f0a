import type { Clock } from '../protocol/clock.ts';
import type { Environment, HostMessage, ToHostMessage } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { BenchmarkOptions, BenchmarkState } from '../protocol/viewer.ts';
import type { PlannedRun, PlanOptions } from '../plan/types.ts';
import type { Observation } from '../model/types.ts';
import type { Run } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { observationOf } from './observations.ts';
import { fitTime, guessTime, predictMs, typicalWorkMpx, workMpxOf } from './time.ts';
import { withUpscaler } from './upscaler.ts';

export interface Planner {
  planNext(options: PlanOptions, observations: readonly Observation[]): PlannedRun | null;
  planSize(options: PlanOptions): number;
}

export interface ConductorOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'saveSession' | 'openSession' | 'runsOfSession'>;
  readonly planner: Planner;
  /** The WebUI and its key now; null while there is none. */
  readonly host: () => { readonly environment: Environment; readonly keyHash: string } | null;
  readonly send: (message: Extract<ToHostMessage, { type: 'run' | 'cancel' }>) => void;
  /** Process-side MiB that fit on the device; null while unknown. */
  readonly limitMiB: () => number | null;
  readonly newId: () => string;
  readonly newSeed: () => number;
  readonly onChange: () => void;
}

/** Why a request could not be followed, in words; null where it was. */
export type Refusal = string | null;

/** Runs one benchmark at a time: a discarded warm-up, then what the planner asks for, until it asks for nothing more. */
export interface Conductor {
  start(options: BenchmarkOptions): Refusal;
  /** Goes on with the benchmark that stopped half-way under the key in force. */
  resume(): Refusal;
  discard(): Refusal;
  cancel(): Refusal;
  /** A finished run, after it was stored. */
  onRun(run: Run): void;
  onRefused(message: Extract<HostMessage, { type: 'run-refused' }>): void;
  onHostGone(): void;
  /** The key in force may have changed. */
  onEnvironment(): void;
  readonly state: BenchmarkState;
  readonly running: boolean;
  /** The benchmark that a run belongs to; null where it is not the run in hand. */
  sessionOf(runId: string): string | null;
}

type Last = Extract<BenchmarkState, { state: 'idle' }>['last'];
type Ending = NonNullable<Last>;

interface Active {
  session: Session;
  warmedUp: boolean;
  runId: string | null;
  settings: GenerationSettings | null;
  message: string;
  /** What a run costs beyond its own time: waiting for the WebUI, for the memory to settle. */
  askedAtMs: number;
  overheadMs: number;
  failures: number;
  refusals: number;
  timer: { clear(): void } | null;
  /** Decided to end; only the run in hand is waited for. */
  ending: Ending | null;
}

/** Two denoising steps reach the peak of every further one. */
const STEPS = 2;
const RUN_LIMIT_MS = 10 * 60_000;
const RUN_LIMIT_TIMES_PREDICTED = 20;
const END_LIMIT_MS = 30_000;
const BUSY_RETRY_MS = 2_000;
const MOST_REFUSALS = 150;
const MOST_FAILURES = 3;

export function createConductor(options: ConductorOptions): Conductor {
  const { clock, store, planner, host, send, onChange } = options;
  let active: Active | null = null;
  let last: Last = null;

  const doneIn = (session: Session): Run[] => store.runsOfSession(session.sessionId).filter((run) => run.origin === 'benchmark' && observationOf(run) !== null);

  function planOf(session: Session, environment: Environment): PlanOptions {
    return { ...session.options, limitMiB: options.limitMiB(), seed: session.seed, traits: environment.traits };
  }

  function begin(session: Session): void {
    store.saveSession(session);
    last = null;
    active = { session, warmedUp: false, runId: null, settings: null, message: 'Warming up.', askedAtMs: 0, overheadMs: 0, failures: 0, refusals: 0, timer: null, ending: null };
    next(active);
  }

  function next(run: Active): void {
    const now = host();
    if (now === null || run.ending !== null) return end(run, run.ending ?? gone());
    const plan = planOf(run.session, now.environment);
    const done = doneIn(run.session);
    const planned = planner.planNext(plan, run.warmedUp ? done.flatMap((one) => observationOf(one) ?? []) : []);
    if (planned === null) return finish(run, done);
    ask(run, { ...planned, settings: withUpscaler(planned.settings, now.environment.upscalers) }, done);
  }

  function ask(run: Active, planned: PlannedRun, done: readonly Run[]): void {
    const runId = options.newId();
    run.runId = runId;
    run.askedAtMs = clock.monotonicMs();
    run.settings = planned.settings;
    run.message = run.warmedUp ? `Run ${done.length + 1} of ${run.session.runsPlanned}.` : 'Warming up: the first run loads libraries and is not counted.';
    const expectedMs = predictMs(timeFit(run.session), workMpxOf(planned.settings));
    wait(run, Math.max(RUN_LIMIT_MS, RUN_LIMIT_TIMES_PREDICTED * expectedMs), () => {
      const minutes = Math.round(Math.max(RUN_LIMIT_MS, RUN_LIMIT_TIMES_PREDICTED * expectedMs) / 60_000);
      stop(run, { result: 'failed', message: `A run did not end within ${minutes} minutes, so the benchmark was stopped. What was measured is kept; look at the WebUI's console, then resume.` });
    });
    const origin = run.warmedUp ? 'benchmark' : 'warm-up';
    send({ type: 'run', runId, origin, settings: planned.settings, capMiB: run.warmedUp ? planned.capMiB : null, steps: STEPS });
    onChange();
  }

  function timeFit(session: Session) {
    return fitTime(store.runsOfSession(session.sessionId)) ?? guessTime(host()?.environment.device.backend ?? null);
  }

  function wait(run: Active, delayMs: number, callback: () => void): void {
    run.timer?.clear();
    run.timer = clock.setTimeout(callback, delayMs);
  }

  /** Ends as soon as the run in hand has. */
  function stop(run: Active, ending: Ending): void {
    if (run.runId === null) return end(run, ending);
    run.ending ??= ending;
    run.message = 'Stopping after the step in hand.';
    send({ type: 'cancel', runId: run.runId });
    wait(run, END_LIMIT_MS, () => end(run, ending));
    onChange();
  }

  function finish(run: Active, done: readonly Run[]): void {
    store.saveSession({ ...run.session, state: 'finished' });
    const left = done.filter(({ marks }) => marks.length > 0).length;
    const leftOut = left === 0 ? '' : ` ${left} of them ${left === 1 ? 'was' : 'were'} left out, because something else used the device meanwhile; the table of runs says which.`;
    end(run, { result: 'finished', message: `The benchmark has finished: ${done.length} runs.${leftOut}` });
  }

  function end(run: Active, ending: Ending): void {
    if (active !== run) return;
    run.timer?.clear();
    active = null;
    last = ending;
    onChange();
  }

  function resumable(): Session | null {
    const now = host();
    return now === null ? null : store.openSession(now.keyHash);
  }

  function timeLeftMs(run: Active): number | null {
    const done = doneIn(run.session);
    const work = done.length === 0 ? typicalWorkMpx(run.session.options) : done.reduce((sum, one) => sum + workMpxOf(one.settings), 0) / done.length;
    return Math.max(0, run.session.runsPlanned - done.length) * (predictMs(timeFit(run.session), work) + run.overheadMs);
  }

  return {
    start: (chosen) => {
      if (active !== null) return 'A benchmark is running already. Cancel it first, or wait until it has finished.';
      const now = host();
      if (now === null) return 'The WebUI is not connected, so there is nothing to run a benchmark on.';
      const session: Session = {
        sessionId: options.newId(),
        keyHash: now.keyHash,
        startedAtMs: clock.nowMs(),
        options: chosen,
        seed: options.newSeed(),
        runsPlanned: 0,
        state: 'open',
      };
      begin({ ...session, runsPlanned: planner.planSize(planOf(session, now.environment)) });
      return null;
    },

    resume: () => {
      if (active !== null) return 'A benchmark is running already.';
      const session = resumable();
      if (session === null) return 'There is no benchmark to go on with under the set-up in force.';
      begin(session);
      return null;
    },

    discard: () => {
      if (active !== null) return 'A benchmark is running. Cancel it first.';
      const session = resumable();
      if (session === null) return 'There is no benchmark to discard.';
      store.saveSession({ ...session, state: 'discarded' });
      onChange();
      return null;
    },

    cancel: () => {
      if (active === null) return 'No benchmark is running.';
      stop(active, { result: 'cancelled', message: 'The benchmark was cancelled. What was measured is kept, and it can go on from there.' });
      return null;
    },

    onRun: (run) => {
      if (active === null || active.runId !== run.runId) return;
      const now = active;
      now.timer?.clear();
      now.runId = null;
      now.settings = null;
      now.overheadMs = Math.max(0, clock.monotonicMs() - now.askedAtMs - run.durationMs);
      now.refusals = 0;
      if (now.ending !== null) return end(now, now.ending);
      if (run.outcome === 'interrupted') {
        return end(now, { result: 'interrupted', message: 'The WebUI\'s Interrupt stopped the benchmark. What was measured is kept, and it can go on from there.' });
      }
      // Out of memory is a result like any other: the planner hears of it and goes on with something smaller.
      now.failures = run.outcome === 'failed' ? now.failures + 1 : 0;
      if (now.failures >= MOST_FAILURES) {
        return end(now, { result: 'failed', message: `The WebUI could not generate, ${MOST_FAILURES} times in a row: ${(run.error ?? 'no reason given').slice(0, 300)}` });
      }
      if (run.outcome !== 'failed') now.warmedUp = true;
      next(now);
    },

    onRefused: ({ runId, reason, message }) => {
      if (active === null || active.runId !== runId) return;
      const now = active;
      now.timer?.clear();
      now.runId = null;
      if (now.ending !== null) return end(now, now.ending);
      if (reason === 'interrupted') return end(now, { result: 'interrupted', message: 'The WebUI\'s Interrupt stopped the benchmark. It can go on from there.' });
      now.refusals += 1;
      if (reason !== 'busy' || now.refusals > MOST_REFUSALS) {
        return end(now, { result: 'failed', message: `The WebUI could not run the benchmark: ${message}` });
      }
      now.message = 'Waiting for the WebUI to finish what it is doing.';
      wait(now, BUSY_RETRY_MS, () => next(now));
      onChange();
    },

    onHostGone: () => {
      if (active !== null) end(active, gone());
    },

    onEnvironment: () => {
      const now = host();
      if (active === null || active.ending !== null || now === null || now.keyHash === active.session.keyHash) return;
      stop(active, {
        result: 'failed',
        message: 'The checkpoint or a setting that moves memory use changed in mid-benchmark, so it was stopped. The runs so far stay with the earlier set-up: change back to go on.',
      });
    },

    get running() {
      return active !== null;
    },
    sessionOf: (runId) => (active !== null && active.runId === runId ? active.session.sessionId : null),

    get state(): BenchmarkState {
      if (active === null) {
        const session = resumable();
        return {
          state: 'idle',
          resumable: session === null ? null : { runsDone: doneIn(session).length, runsPlanned: session.runsPlanned, options: session.options },
          last,
        };
      }
      const { session, warmedUp, settings, message } = active;
      const run = warmedUp ? Math.min(session.runsPlanned, doneIn(session).length + 1) : 0;
      return { state: 'running', options: session.options, run, runsPlanned: session.runsPlanned, settings, timeLeftMs: timeLeftMs(active), message };
    },
  };
}

function gone(): Ending {
  return { result: 'interrupted', message: 'The WebUI went away in mid-benchmark. What was measured is kept, and it can go on from there.' };
}
