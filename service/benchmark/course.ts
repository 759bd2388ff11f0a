import { hintsOf } from '../hosts/hints.ts';
import { traitsOf } from '../hosts/hosts.ts';
import type { Observation } from '../model/types.ts';
import type { PlannedRun, PlanOptions } from '../plan/types.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment, HostMessage, ToHostMessage } from '../protocol/host.ts';
import type { BenchmarkState } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';
import { createDeadline } from '../base/deadline.ts';
import type { Session } from '../store/session.ts';
import { ENDINGS, type Ending } from './endings.ts';
import type { Hold } from './hold.ts';
import {
  afterFailure,
  afterRefusal,
  afterResult,
  leftOutInWords,
  MOST_FAILURES,
  NO_TROUBLE,
  operationsLeft,
  type Trouble,
} from './left-out.ts';
import { observationOf } from '../calibration/observations.ts';
import { notReachedInWords } from './reach.ts';
import { guessTime, predictMs, timedFit, typicalWorkMpx, workMpxOf } from '../calibration/time.ts';
import { withUpscaler } from '../operations/upscaler.ts';

export interface Planner {
  planNext(options: PlanOptions, observations: readonly Observation[]): PlannedRun | null;
  planSize(options: PlanOptions): number;
}

export interface CourseOptions {
  readonly clock: Clock;
  readonly planner: Planner;
  /** The WebUI and its key now; null while there is none, and no key while no checkpoint is loaded. */
  readonly host: () => { readonly environment: Environment; readonly keyHash: string | null } | null;
  readonly send: (message: Extract<ToHostMessage, { type: 'run' | 'cancel' }>) => void;
  /** Process-side MiB that fit on the device; null while unknown. */
  readonly limitMiB: () => number | null;
  readonly newId: () => string;
  readonly onChange: () => void;
}

/**
 * One benchmark from its warm-up, which is not counted, until its planner asks for nothing more or something ends it.
 */
export interface Course {
  readonly session: Session;
  /** Of the run in hand; null between two. */
  readonly runId: string | null;
  readonly state: Extract<BenchmarkState, { state: 'running' }>;
  begin(): void;
  /** Ends as soon as the run in hand has. */
  stop(ending: Ending): void;
  /** A finished run, after it was stored. */
  onRun(run: Run): void;
  onRefused(message: Extract<HostMessage, { type: 'run-refused' }>): void;
  onHostGone(): void;
  /** The key in force may have changed. */
  onEnvironment(): void;
}

/** Two denoising steps reach the peak of every further one. */
const STEPS = 2;
const RUN_LIMIT_MS = 10 * 60_000;
const RUN_LIMIT_TIMES_PREDICTED = 20;
const END_LIMIT_MS = 30_000;
const BUSY_RETRY_MS = 2_000;
const MOST_REFUSALS = 150;

/** The runs of a benchmark that tell the planner something. */
export function doneOf(runs: readonly Run[]): Run[] {
  return runs.filter((run) => run.origin === 'benchmark' && observationOf(run) !== null);
}

export function planOf(session: Session, environment: Environment, limitMiB: number | null): PlanOptions {
  const [traits, hints] = [traitsOf(environment), hintsOf(environment.key)];
  return { ...session.options, limitMiB, seed: session.seed, traits, hints };
}

/**
 * @param runsBefore of the session, oldest first.
 * @param onEnd called once, after which nothing more comes from here.
 */
export function createCourse(
  session: Session,
  runsBefore: readonly Run[],
  hold: Hold,
  options: CourseOptions,
  onEnd: (ending: Ending) => void,
): Course {
  const { clock, planner, host, send, onChange } = options;
  const runs = [...runsBefore];
  let runId: string | null = null;
  let asked: PlannedRun | null = null;
  let message = '';
  let warmedUp = false;
  let askedAtMs = 0;
  /** What a run costs beyond its own time: waiting for the WebUI, for the memory to settle. */
  let overheadMs = 0;
  let trouble: Trouble = NO_TROUBLE;
  let refusals = 0;
  let timer: { clear(): void } | null = null;
  let ending: Ending | null = null;
  let ended = false;

  function next(): void {
    if (ended) return;
    const now = host();
    if (now === null || ending !== null) return end(ending ?? ENDINGS.hostGone);
    const done = doneOf(runs);
    const plan = { ...planOf(session, now.environment, options.limitMiB()), ...possible() };
    const planned = planner.planNext(plan, warmedUp ? done.flatMap((run) => observationOf(run) ?? []) : []);
    if (planned === null) {
      const notes = [...leftOutInWords(trouble.leftOut), ...notReachedInWords(session.options, done)];
      return end(ENDINGS.finished(done, notes));
    }
    ask({ ...planned, settings: withUpscaler(planned.settings, now.environment.upscalers) });
  }

  /** What of the options the WebUI has not failed at. */
  function possible(): Pick<PlanOptions, 'operations' | 'caps' | 'failed'> {
    const failed = runs.filter((run) => run.origin === 'benchmark' && run.outcome === 'failed' && run.capMiB === null);
    return {
      operations: operationsLeft(session.options.operations, trouble.leftOut),
      caps: !trouble.leftOut.some(({ what }) => what === 'caps'),
      failed: failed.map(({ settings }) => settings),
    };
  }

  function ask(planned: PlannedRun): void {
    runId = options.newId();
    askedAtMs = clock.monotonicMs();
    asked = warmedUp ? planned : { ...planned, capMiB: null };
    message = warmedUp
      ? leftOutInWords(trouble.leftOut).join(' ')
      : 'The first run loads libraries and is not counted.';
    const limitMs = Math.max(
      RUN_LIMIT_MS,
      RUN_LIMIT_TIMES_PREDICTED * predictMs(timed() ?? guess(), workMpxOf(planned.settings)),
    );
    wait(limitMs, () => stop(ENDINGS.tooLong(limitMs)));
    send({ type: 'run', runId, origin: warmedUp ? 'benchmark' : 'warm-up', ...asked, steps: STEPS });
    onChange();
  }

  function guess() {
    return guessTime(host()?.environment.device.backend ?? null);
  }

  function timed() {
    return timedFit(runs, guess());
  }

  /** The first runs are small: what is still to come is as large as usual, until as many runs say otherwise. */
  function timeLeftMs(done: readonly Run[]): number | null {
    const time = timed();
    if (time === null) return null;
    const left = Math.max(0, session.runsPlanned - done.length);
    const work =
      done.reduce((sum, one) => sum + workMpxOf(one.settings), typicalWorkMpx(session.options) * left) /
      Math.max(1, done.length + left);
    return left * (predictMs(time, work) + overheadMs);
  }

  function wait(delayMs: number, callback: () => void): void {
    timer?.clear();
    timer = createDeadline(clock, delayMs, callback);
  }

  function stop(why: Ending): void {
    if (runId === null) return end(why);
    ending ??= why;
    message = 'Stopping after the step in hand.';
    send({ type: 'cancel', runId });
    wait(END_LIMIT_MS, () => end(ending ?? why));
    onChange();
  }

  function end(why: Ending): void {
    if (ended) return;
    ended = true;
    timer?.clear();
    hold.release();
    onEnd(why);
  }

  function settled(): void {
    timer?.clear();
    runId = null;
    asked = null;
  }

  /** The same run again, something else, or nothing any more. */
  function goOn(without: Trouble | null, otherwise: Ending): void {
    if (without === null) return end(otherwise);
    trouble = without;
    next();
  }

  return {
    session,
    get runId() {
      return runId;
    },
    get state() {
      const done = doneOf(runs);
      const run = warmedUp ? Math.min(session.runsPlanned, done.length + 1) : 0;
      return {
        state: 'running' as const,
        options: session.options,
        run,
        runsPlanned: session.runsPlanned,
        settings: asked?.settings ?? null,
        timeLeftMs: timeLeftMs(done),
        message,
      };
    },
    begin: () => {
      hold.keep(() => stop(ENDINGS.lost));
      next();
    },
    stop,

    onRun: (run) => {
      if (runId !== run.runId || asked === null) return;
      const planned = asked;
      settled();
      runs.push(run);
      overheadMs = Math.max(0, clock.monotonicMs() - askedAtMs - run.durationMs);
      refusals = 0;
      if (ending !== null) return end(ending);
      if (run.outcome === 'interrupted') return end(ENDINGS.interrupted);
      // Out of memory is a result like any other: the planner hears of it and goes on with something smaller.
      if (run.outcome === 'failed') {
        const reason = run.error ?? 'no reason given';
        return goOn(
          afterFailure(trouble, planned, session.options.operations, reason),
          ENDINGS.failedRuns(MOST_FAILURES, reason, doneOf(runs)),
        );
      }
      trouble = afterResult(trouble);
      warmedUp = true;
      next();
    },

    onRefused: (refusal) => {
      if (runId !== refusal.runId || asked === null) return;
      const planned = asked;
      settled();
      if (ending !== null) return end(ending);
      if (refusal.reason === 'interrupted') return end(ENDINGS.interrupted);
      const refused = ENDINGS.refused(refusal.message, doneOf(runs));
      if (refusal.reason === 'unsupported' || refusal.reason === 'no-caps') {
        return goOn(afterRefusal(trouble, planned, session.options.operations, refusal.message), refused);
      }
      refusals += 1;
      if (refusal.reason !== 'busy' || refusals > MOST_REFUSALS) return end(refused);
      message = 'Waiting for the WebUI to finish what it is doing.';
      wait(BUSY_RETRY_MS, next);
      onChange();
    },

    onHostGone: () => end(ENDINGS.hostGone),

    onEnvironment: () => {
      const now = host();
      if (ending === null && now !== null && now.keyHash !== session.keyHash) stop(ENDINGS.keyChanged);
    },
  };
}
