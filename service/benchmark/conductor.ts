import type { HostMessage } from '../protocol/host.ts';
import type { BenchmarkOptions, BenchmarkState } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';
import { createCourse, type Course } from './course.ts';
import { ENDINGS, type Ending } from './endings.ts';
import { takeHold } from './hold.ts';
import { createPace } from './pace.ts';
import { doneOf } from './progress.ts';
import { ELSEWHERE, type Beginning, type ConductorOptions, type Refusal } from './requests/request.ts';
import { toResume } from './requests/resume.ts';
import { toStart } from './requests/start.ts';
import { heldElsewhereMs, stoppedOf } from './requests/stopped.ts';
import { watchOther } from './watch-other.ts';

/** What people ask for about benchmarks, of which one runs at a time. */
export interface Conductor {
  start(options: BenchmarkOptions): Refusal;
  /** Goes on with the benchmark that stopped half-way under the key in force. */
  resume(): Refusal;
  discard(): Refusal;
  cancel(): Refusal;
  /** Why the runs of a key cannot be forgotten now. */
  keepsRunsOf(keyHash: string): Refusal;
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

/** `last`: how the one before ended. */
type Now = { readonly at: 'idle'; readonly last: Ending | null } | { readonly at: 'running'; readonly course: Course };

export function createConductor(options: ConductorOptions): Conductor {
  const pace = createPace(options.clock);
  const otherWatch = watchOther(options);
  let now: Now = { at: 'idle', last: null };

  /** Refuses where another WebUI was quicker. */
  function begin(beginning: Beginning): Refusal {
    if (!beginning.ok) return beginning.reason;
    const { session, runsBefore } = beginning.value;
    const hold = takeHold(session, options.holder, options.store, options.clock);
    if (hold === null) return ELSEWHERE;
    pace.note();
    const course = createCourse(session, runsBefore, hold, options, (ending) => {
      if (ending.result === 'finished') options.store.saveSession({ ...session, state: 'finished' });
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
      underWay() === null
        ? begin(toStart(chosen, options, pace))
        : 'A benchmark is running already. Cancel it first, or wait until it has finished.',
    resume: () => (underWay() === null ? begin(toResume(options, pace)) : 'A benchmark is running already.'),
    discard: () => (underWay() === null ? discard(options) : 'A benchmark is running. Cancel it first.'),
    cancel: () => {
      const course = underWay();
      course?.stop(ENDINGS.cancelled);
      return course === null ? 'No benchmark is running.' : null;
    },
    keepsRunsOf: (keyHash) => {
      if (underWay() !== null) return 'A benchmark is running. Cancel it first.';
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
    get state(): BenchmarkState {
      return now.at === 'running' ? now.course.state : idleState(now.last, options);
    },
  };
}

/** The benchmark that stopped half-way is not offered any more. */
function discard(options: ConductorOptions): Refusal {
  const found = stoppedOf(options);
  if (found === null) return 'There is no benchmark to discard.';
  options.store.saveSession({ ...found.session, state: 'discarded' });
  options.onChange();
  return null;
}

function idleState(last: Ending | null, options: ConductorOptions): BenchmarkState {
  const found = stoppedOf(options);
  if (found === null) return { state: 'idle', resumable: null, last };
  const { options: chosen, runsPlanned } = found.session;
  return { state: 'idle', resumable: { runsDone: doneOf(found.runs).length, runsPlanned, options: chosen }, last };
}
