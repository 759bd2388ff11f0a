/**
 * A benchmark as a machine of states, without a clock, a planner or a WebUI:
 *
 *   planning ──planned──> running ──run, refused──> planning
 *      ^                     │ └──stop──> stopping ──run, refused, time-up──> ended
 *      └──time-up── waiting <┘ busy
 *
 * It ends from each of them.
 */
import type { PlannedRun } from '../plan/types.ts';
import type { HostMessage, RunProblem, ToHostMessage } from '../protocol/host.ts';
import type { Run } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import { finished } from './endings.ts';
import type { Ending } from '../protocol/benchmark.ts';
import { afterFailure, afterRefusal, afterResult, MOST_FAILURES, NO_TROUBLE } from './left-out.ts';
import type { Trouble } from './left-out.ts';
import { doneOf, type Progress } from './progress.ts';
import { notReached } from './reach.ts';

/** A run that the WebUI was asked for. */
interface Asked {
  readonly runId: string;
  readonly planned: PlannedRun;
  readonly atMs: number;
  readonly limitMs: number;
}

type Phase =
  | { readonly at: 'planning' }
  | { readonly at: 'running'; readonly asked: Asked }
  /** It ends as soon as the run in hand has. */
  | { readonly at: 'stopping'; readonly asked: Asked; readonly ending: Ending }
  /** The WebUI is busy. */
  | { readonly at: 'waiting' }
  | { readonly at: 'ended'; readonly ending: Ending };

export interface CourseState {
  readonly progress: Progress;
  readonly phase: Phase;
}

type Refused = Extract<HostMessage, { type: 'run-refused' }>;

export type CourseEvent =
  | { readonly type: 'begin' }
  | ({ readonly type: 'planned' } & Asked)
  /** `isEnough`: more would change nothing. */
  | { readonly type: 'nothing-left'; readonly isEnough: boolean }
  | { readonly type: 'run'; readonly run: Run; readonly atMs: number }
  | { readonly type: 'refused'; readonly refusal: Refused }
  /** What was waited for has not come. */
  | { readonly type: 'time-up' }
  | { readonly type: 'stop'; readonly ending: Ending }
  /** The key in force may have changed. */
  | { readonly type: 'key'; readonly keyHash: string | null }
  | { readonly type: 'host-gone' };

export type CourseEffect =
  /** To be answered with `planned`, `nothing-left` or `host-gone`. */
  | { readonly type: 'plan' }
  | { readonly type: 'send'; readonly message: Extract<ToHostMessage, { type: 'run' | 'cancel' }> }
  /** In place of an earlier wait; `time-up` after it. */
  | { readonly type: 'wait'; readonly delayMs: number }
  | { readonly type: 'changed' }
  | { readonly type: 'end'; readonly ending: Ending };

interface Step {
  readonly state: CourseState;
  readonly effects: readonly CourseEffect[];
}

/** Two denoising steps reach the peak of every further one. */
const STEPS = 2;
const END_LIMIT_MS = 30_000;
const BUSY_RETRY_MS = 2_000;
const MOST_REFUSALS = 150;

export function beginning(session: Session, runs: readonly Run[]): CourseState {
  // A person waits for a probe: its runs, as one's own first picture, are measured with what they load.
  const warmedUp = session.options.budget === 'probe';
  const progress = { session, runs, warmedUp, overheadMs: 0, trouble: NO_TROUBLE, refusals: 0 };
  return { progress, phase: { at: 'planning' } };
}

export function next(state: CourseState, event: CourseEvent): Step {
  const { progress, phase } = state;
  if (phase.at === 'ended') return { state, effects: [] };
  switch (event.type) {
    case 'begin':
      return plan(progress);
    case 'planned':
      return ask(progress, event);
    case 'nothing-left':
      return end(progress, finishedBy(progress, event.isEnough));
    case 'run':
      return afterRun(state, event);
    case 'refused':
      return afterRefused(state, event.refusal);
    case 'time-up':
      return afterTime(state);
    case 'stop':
      return stop(state, event.ending);
    case 'key':
      if (phase.at === 'stopping' || event.keyHash === progress.session.keyHash) return { state, effects: [] };
      return stop(state, { code: 'key-changed' });
    case 'host-gone':
      return end(progress, { code: 'host-gone' });
  }
}

function plan(progress: Progress): Step {
  return { state: { progress, phase: { at: 'planning' } }, effects: [{ type: 'plan' }] };
}

function end(progress: Progress, ending: Ending): Step {
  return { state: { progress, phase: { at: 'ended', ending } }, effects: [{ type: 'end', ending }] };
}

function finishedBy({ runs, session, trouble }: Progress, isEnough: boolean): Ending {
  const done = doneOf(runs);
  if (session.options.budget === 'probe') return finished('probe', done, trouble.leftOut, null);
  // Networks that are known are so at all sizes.
  if (isEnough) return finished('enough', done, trouble.leftOut, null);
  return finished('all-runs', done, trouble.leftOut, notReached(session.options, done));
}

function ask(progress: Progress, { runId, planned: wanted, atMs, limitMs }: Asked): Step {
  const planned = progress.warmedUp ? wanted : { ...wanted, capMiB: null };
  const origin = progress.warmedUp ? 'benchmark' : 'warm-up';
  return {
    state: { progress, phase: { at: 'running', asked: { runId, planned, atMs, limitMs } } },
    effects: [
      { type: 'wait', delayMs: limitMs },
      { type: 'send', message: { type: 'run', runId, origin, ...planned, steps: STEPS } },
      { type: 'changed' },
    ],
  };
}

function stop({ progress, phase }: CourseState, ending: Ending): Step {
  if (phase.at !== 'running' && phase.at !== 'stopping') return end(progress, ending);
  const { asked } = phase;
  const first = phase.at === 'stopping' ? phase.ending : ending;
  return {
    state: { progress, phase: { at: 'stopping', asked, ending: first } },
    effects: [
      { type: 'send', message: { type: 'cancel', runId: asked.runId } },
      { type: 'wait', delayMs: END_LIMIT_MS },
      { type: 'changed' },
    ],
  };
}

function afterTime(state: CourseState): Step {
  const { progress, phase } = state;
  if (phase.at === 'running') return stop(state, { code: 'too-long', limitMs: phase.asked.limitMs });
  return phase.at === 'stopping' ? end(progress, phase.ending) : plan(progress);
}

/** The run in hand; null where another one is meant. */
export function inHand({ phase }: CourseState, runId: string): Asked | null {
  return (phase.at === 'running' || phase.at === 'stopping') && phase.asked.runId === runId ? phase.asked : null;
}

function afterRun(state: CourseState, { run, atMs }: { readonly run: Run; readonly atMs: number }): Step {
  const asked = inHand(state, run.runId);
  if (asked === null) return { state, effects: [] };
  const runs = [...state.progress.runs, run];
  const overheadMs = Math.max(0, atMs - asked.atMs - run.durationMs);
  const progress: Progress = { ...state.progress, runs, overheadMs, refusals: 0 };
  const { trouble, session } = progress;
  if (state.phase.at === 'stopping') return end(progress, state.phase.ending);
  if (run.outcome === 'interrupted') return end(progress, { code: 'interrupted' });
  // Out of memory is a result like any other: the planner hears of it and goes on with something smaller.
  if (run.outcome !== 'failed') return plan({ ...progress, trouble: afterResult(trouble), warmedUp: true });
  const problem: RunProblem = { code: 'told', text: run.error };
  const without = afterFailure(trouble, asked.planned, session.options.operations, problem);
  const kept = doneOf(runs).length > 0;
  return goOn(progress, without, { code: 'failed-runs', count: MOST_FAILURES, problem, kept });
}

function afterRefused(state: CourseState, { runId, reason, problem }: Refused): Step {
  const asked = inHand(state, runId);
  if (asked === null) return { state, effects: [] };
  const { progress, phase } = state;
  if (phase.at === 'stopping') return end(progress, phase.ending);
  if (reason === 'interrupted') return end(progress, { code: 'interrupted' });
  const refused: Ending = { code: 'refused', problem, kept: doneOf(progress.runs).length > 0 };
  if (reason === 'unsupported' || reason === 'no-caps') {
    const { trouble, session } = progress;
    return goOn(progress, afterRefusal(trouble, asked.planned, session.options.operations, problem), refused);
  }
  const refusals = progress.refusals + 1;
  if (reason !== 'busy' || refusals > MOST_REFUSALS) return end(progress, refused);
  return {
    state: { progress: { ...progress, refusals }, phase: { at: 'waiting' } },
    effects: [{ type: 'wait', delayMs: BUSY_RETRY_MS }, { type: 'changed' }],
  };
}

/** The same run again, something else, or nothing any more. */
function goOn(progress: Progress, without: Trouble | null, otherwise: Ending): Step {
  return without === null ? end(progress, otherwise) : plan({ ...progress, trouble: without });
}
