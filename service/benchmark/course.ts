import type { Clock } from '../base/clock.ts';
import { createDeadline } from '../base/deadline.ts';
import { observationOf } from '../calibration/observations.ts';
import { guessTime, type TimeFit } from '../calibration/time.ts';
import type { Observation } from '../model/types.ts';
import { withUpscaler } from '../operations/upscaler.ts';
import type { PlannedRun, PlanOptions } from '../plan/types.ts';
import type { Environment, HostMessage, ToHostMessage } from '../protocol/host.ts';
import type { Run } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import { beginning, inHand, next, type CourseEffect, type CourseEvent } from './course-state.ts';
import { viewOf, type CourseView } from './course-view.ts';
import type { Ending } from '../protocol/benchmark.ts';
import type { Hold } from './hold.ts';
import { doneOf, planOf, possible, runLimitMs, type Progress } from './progress.ts';

export interface Planner {
  /** null where all runs were made, `enough` where more would change nothing. */
  nextRun(options: PlanOptions, observations: readonly Observation[]): PlannedRun | 'enough' | null;
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
  /** What was run on the set-up before a benchmark began. */
  readonly before: (session: Session) => readonly Observation[];
  readonly newId: () => string;
  readonly onChange: () => void;
}

/**
 * One benchmark from its warm-up, which is not counted, until its planner asks for nothing more or something ends it.
 */
export interface Course {
  readonly session: Session;
  readonly state: CourseView;
  isInHand(runId: string): boolean;
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

/**
 * Carries out what `next` asks for.
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
  const { clock, host } = options;
  let state = beginning(session, runsBefore);
  let timer: { clear(): void } | null = null;

  function tell(event: CourseEvent): void {
    const step = next(state, event);
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
  }

  function carryOut(effect: CourseEffect): void {
    if (effect.type === 'changed') return options.onChange();
    if (effect.type === 'send') return options.send(effect.message);
    timer?.clear();
    if (effect.type === 'plan') return tell(planned(state.progress, options));
    if (effect.type === 'wait') {
      timer = createDeadline(clock, effect.delayMs, () => tell({ type: 'time-up' }));
      return;
    }
    hold.release();
    onEnd(effect.ending);
  }

  return {
    session,
    get state() {
      return viewOf(state, guessOf(options));
    },
    isInHand: (runId) => inHand(state, runId) !== null,
    begin: () => {
      hold.keep(() => tell({ type: 'stop', ending: { code: 'lost' } }));
      tell({ type: 'begin' });
    },
    stop: (ending) => tell({ type: 'stop', ending }),
    onRun: (run) => tell({ type: 'run', run, atMs: clock.monotonicMs() }),
    onRefused: (refusal) => tell({ type: 'refused', refusal }),
    onHostGone: () => tell({ type: 'host-gone' }),
    onEnvironment: () => {
      const now = host();
      if (now !== null) tell({ type: 'key', keyHash: now.keyHash });
    },
  };
}

/** What is to be run next. */
function planned(progress: Progress, options: CourseOptions): CourseEvent {
  const { clock, planner, host, limitMiB, before, newId } = options;
  const now = host();
  if (now === null) return { type: 'host-gone' };
  const { session, runs, warmedUp } = progress;
  const plan = { ...planOf(session, now.environment, limitMiB()), ...possible(progress), before: before(session) };
  const observations = warmedUp ? doneOf(runs).flatMap((run) => observationOf(run) ?? []) : [];
  const found = planner.nextRun(plan, observations);
  if (found === null || found === 'enough') return { type: 'nothing-left', isEnough: found === 'enough' };
  const settings = withUpscaler(found.settings, now.environment.upscalers);
  return {
    type: 'planned',
    runId: newId(),
    planned: { ...found, settings },
    atMs: clock.monotonicMs(),
    limitMs: runLimitMs(runs, settings, guessOf(options)),
  };
}

function guessOf({ host }: CourseOptions): TimeFit {
  return guessTime(host()?.environment.device.backend ?? null);
}
