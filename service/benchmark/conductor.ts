import { abilitiesOf } from '../hosts/hosts.ts';
import type { Environment, HostMessage } from '../protocol/host.ts';
import type { BenchmarkOptions, BenchmarkState } from '../protocol/viewer.ts';
import type { Run } from '../recorder/run.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { NO_CHECKPOINT } from '../calibration/calibrator.ts';
import { createCourse, type Course, type CourseOptions } from './course.ts';
import { ENDINGS, type Ending } from './endings.ts';
import { HOLD_MS, heldForMs, takeHold } from './hold.ts';
import { createPace, MOST_STARTS } from './pace.ts';
import { doneOf, planOf } from './progress.ts';

export interface ConductorOptions extends CourseOptions {
  readonly store: Pick<Store, 'saveSession' | 'holdSession' | 'openSession' | 'runsOfSession'>;
  readonly newSeed: () => number;
  readonly holder: string;
  /** Why the device's memory will not be known, in words; null where it is, or may be again. */
  readonly noFigures: () => string | null;
}

/** Why a request could not be followed, in words; null where it was. */
export type Refusal = string | null;

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

const ELSEWHERE = `Another WebUI that shares this data folder runs a benchmark of the same set-up. Wait until it has ended, or cancel it there; one that was closed or has crashed is out of the way after ${HOLD_MS / 1000} seconds.`;

/** Why a host runs no benchmark. */
function refusalOf({ environment }: { readonly environment: Environment }): Refusal {
  const { benchmark, message } = abilitiesOf(environment);
  return benchmark ? null : (message ?? 'This WebUI runs no benchmark.');
}

export function createConductor(options: ConductorOptions): Conductor {
  const { clock, store, planner, host, holder, onChange } = options;
  let course: Course | null = null;
  let last: Ending | null = null;
  let watching: { clear(): void } | null = null;
  const pace = createPace(clock);

  /** What it measured could be set against nothing. */
  function forNothing(): Refusal {
    const why = options.noFigures();
    return why === null ? null : `A benchmark would serve nothing here: the memory of the device is not known. ${why}`;
  }

  function tooSoon(): Refusal {
    const waitMs = pace.waitMs();
    return waitMs === 0
      ? null
      : `${MOST_STARTS} benchmarks were started within a minute. Try again in ${Math.ceil(waitMs / 1000)} seconds.`;
  }

  /** `runsBefore` of the session. Refuses where another WebUI was quicker. */
  function begin(session: Session, runsBefore: readonly Run[]): Refusal {
    const hold = takeHold(session, holder, store, clock);
    if (hold === null) return ELSEWHERE;
    pace.note();
    last = null;
    course = createCourse(session, runsBefore, hold, options, (ending) => {
      if (ending.result === 'finished') store.saveSession({ ...session, state: 'finished' });
      course = null;
      last = ending;
      onChange();
    });
    course.begin();
    return null;
  }

  function openSession(): Session | null {
    const now = host();
    if (now === null || now.keyHash === null || refusalOf(now) !== null) return null;
    return store.openSession(now.keyHash);
  }

  function heldElsewhereMs(keyHash: string | null): number {
    const session = keyHash === null ? null : store.openSession(keyHash);
    return session === null ? 0 : heldForMs(session, holder, clock.nowMs());
  }

  /** The benchmark that stopped half-way under the key in force. One without a run has nothing to go on from. */
  function stopped(): { readonly session: Session; readonly runs: readonly Run[] } | null {
    const session = openSession();
    if (session === null || heldForMs(session, holder, clock.nowMs()) > 0) return null;
    const runs = store.runsOfSession(session.sessionId);
    return doneOf(runs).length === 0 ? null : { session, runs };
  }

  /** What another WebUI holds now may be offered once its time is up. */
  function watchOther(): void {
    watching?.clear();
    const now = host();
    const heldMs = now === null ? 0 : heldElsewhereMs(now.keyHash);
    if (heldMs === 0) return;
    watching = clock.setTimeout(() => {
      watchOther();
      onChange();
    }, heldMs);
  }

  return {
    start: (chosen) => {
      if (course !== null) return 'A benchmark is running already. Cancel it first, or wait until it has finished.';
      const now = host();
      if (now === null) return 'The WebUI is not connected, so there is nothing to run a benchmark on.';
      const unable = refusalOf(now);
      if (unable !== null) return unable;
      const { keyHash } = now;
      if (keyHash === null) return NO_CHECKPOINT;
      if (heldElsewhereMs(keyHash) > 0) return ELSEWHERE;
      const refusal = forNothing() ?? tooSoon();
      if (refusal !== null) return refusal;
      const session: Session = {
        sessionId: options.newId(),
        keyHash,
        startedAtMs: clock.nowMs(),
        options: chosen,
        seed: options.newSeed(),
        runsPlanned: 0,
        state: 'open',
        heldBy: null,
      };
      const counted = {
        ...session,
        runsPlanned: planner.planSize(planOf(session, now.environment, options.limitMiB())),
      };
      store.saveSession(counted);
      return begin(counted, []);
    },

    resume: () => {
      if (course !== null) return 'A benchmark is running already.';
      const now = host();
      const unable = now === null ? null : refusalOf(now);
      if (unable !== null) return unable;
      if (now !== null && heldElsewhereMs(now.keyHash) > 0) return ELSEWHERE;
      const found = stopped();
      if (found === null) return 'There is no benchmark to go on with under the set-up in force.';
      const refusal = forNothing() ?? tooSoon();
      if (refusal !== null) return refusal;
      return begin(found.session, found.runs);
    },

    discard: () => {
      if (course !== null) return 'A benchmark is running. Cancel it first.';
      const found = stopped();
      if (found === null) return 'There is no benchmark to discard.';
      store.saveSession({ ...found.session, state: 'discarded' });
      onChange();
      return null;
    },

    cancel: () => {
      if (course === null) return 'No benchmark is running.';
      course.stop(ENDINGS.cancelled);
      return null;
    },

    keepsRunsOf: (keyHash) => {
      if (course !== null) return 'A benchmark is running. Cancel it first.';
      return heldElsewhereMs(keyHash) > 0 ? ELSEWHERE : null;
    },

    onRun: (run) => course?.onRun(run),
    onRefused: (message) => course?.onRefused(message),
    onHostGone: () => {
      watching?.clear();
      course?.onHostGone();
    },
    onEnvironment: () => {
      course?.onEnvironment();
      watchOther();
    },

    get running() {
      return course !== null;
    },
    sessionOf: (runId) => (course?.isInHand(runId) === true ? course.session.sessionId : null),

    get state(): BenchmarkState {
      if (course !== null) return course.state;
      const found = stopped();
      if (found === null) return { state: 'idle', resumable: null, last };
      const { options: chosen, runsPlanned } = found.session;
      return { state: 'idle', resumable: { runsDone: doneOf(found.runs).length, runsPlanned, options: chosen }, last };
    },
  };
}
