import type { HostMessage } from '../protocol/host.ts';
import type { BenchmarkOptions, BenchmarkState, Ending, Refusal } from '../protocol/benchmark.ts';
import type { Run } from '../recorder/run.ts';
import { createCourse, type Course } from './course.ts';
import type { CourseView } from './course-view.ts';
import { takeHold } from './hold.ts';
import { createPace } from './pace.ts';
import { doneOf } from './progress.ts';
import { ELSEWHERE, type Beginning, type ConductorOptions } from './requests/request.ts';
import { toResume } from './requests/resume.ts';
import { toStart } from './requests/start.ts';
import { cutOffOf, heldElsewhereMs, stoppedOf } from './requests/stopped.ts';
import { watchOther } from './watch-other.ts';

/** What there is of benchmarks: one that runs, else one to go on with and how the last one ended. */
export type BenchmarkProgress =
  | CourseView
  | (Pick<Extract<BenchmarkState, { state: 'idle' }>, 'state' | 'resumable'> & { readonly last: Ending | null });

/** Null where what was asked for was done. */
type Answer = Refusal | null;

/** What people ask for about benchmarks, of which one runs at a time. */
export interface Conductor {
  start(options: BenchmarkOptions): Answer;
  /** Goes on with the benchmark that stopped half-way under the key in force. */
  resume(): Answer;
  discard(): Answer;
  cancel(): Answer;
  /** Why the runs of a key cannot be forgotten now. */
  keepsRunsOf(keyHash: string): Answer;
  /** A finished run, after it was stored. */
  onRun(run: Run): void;
  onRefused(message: Extract<HostMessage, { type: 'run-refused' }>): void;
  onHostGone(): void;
  /** The key in force may have changed. */
  onEnvironment(): void;
  readonly state: BenchmarkProgress;
  readonly running: boolean;
  /** The benchmark that a run belongs to; null where it is not the run in hand. */
  sessionOf(runId: string): string | null;
}

/** `last`: how the one before ended. */
type Now = { readonly at: 'idle'; readonly last: Ending | null } | { readonly at: 'running'; readonly course: Course };

export function createConductor(options: ConductorOptions): Conductor {
  const pace = createPace(options.clock);
  const otherWatch = watchOther(options);
  let now: Now = { at: 'idle', last: null };

  /** Refuses where another WebUI was quicker. */
  function begin(beginning: Beginning): Answer {
    if (!beginning.ok) return beginning.reason;
    const { session, runsBefore } = beginning.value;
    const hold = takeHold(session, options.holder, options.store, options.clock);
    if (hold === null) return ELSEWHERE;
    pace.note();
    const course = createCourse(session, runsBefore, hold, options, (ending) => {
      if (ending.code === 'finished') options.store.saveSession({ ...session, state: 'finished' });
      now = { at: 'idle', last: ending };
      options.onChange();
    });
    now = { at: 'running', course };
    course.begin();
    return null;
  }

  const underWay = (): Course | null => (now.at === 'running' ? now.course : null);

  return {
    start: (chosen) =>
      underWay() === null ? begin(toStart(chosen, options, pace)) : { code: 'running', wanted: 'another' },
    resume: () => (underWay() === null ? begin(toResume(options, pace)) : { code: 'running', wanted: 'this' }),
    discard: () => (underWay() === null ? discard(options) : { code: 'running', wanted: 'a-change' }),
    cancel: () => {
      const course = underWay();
      course?.stop({ code: 'cancelled' });
      return course === null ? { code: 'nothing-to-cancel' } : null;
    },
    keepsRunsOf: (keyHash) => {
      if (underWay() !== null) return { code: 'running', wanted: 'a-change' };
      return heldElsewhereMs(options, keyHash) > 0 ? ELSEWHERE : null;
    },
    onRun: (run) => underWay()?.onRun(run),
    onRefused: (message) => underWay()?.onRefused(message),
    onHostGone: () => {
      otherWatch.stop();
      underWay()?.onHostGone();
    },
    onEnvironment: () => {
      underWay()?.onEnvironment();
      otherWatch.look();
    },
    get running() {
      return now.at === 'running';
    },
    sessionOf: (runId) => {
      const course = underWay();
      return course?.isInHand(runId) === true ? course.session.sessionId : null;
    },
    get state(): BenchmarkProgress {
      return now.at === 'running' ? now.course.state : idleState(now.last, options);
    },
  };
}

/** The benchmark that stopped half-way is not offered any more. */
function discard(options: ConductorOptions): Answer {
  const found = stoppedOf(options);
  if (found === null) return { code: 'nothing-to-discard' };
  options.store.saveSession({ ...found.session, state: 'discarded' });
  options.onChange();
  return null;
}

/** @param ended how the last one of this sidecar's own did. */
function idleState(ended: Ending | null, options: ConductorOptions): BenchmarkProgress {
  const found = stoppedOf(options);
  const last = ended ?? cutOffOf(options);
  if (found === null) return { state: 'idle', resumable: null, last };
  const { options: chosen, runsPlanned } = found.session;
  return { state: 'idle', resumable: { runsDone: doneOf(found.runs).length, runsPlanned, options: chosen }, last };
}
