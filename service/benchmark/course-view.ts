import type { TimeFit } from '../calibration/time.ts';
import type { BenchmarkState } from '../protocol/viewer.ts';
import type { CourseState } from './course-state.ts';
import type { LeftOut } from './left-out.ts';
import { doneOf, timeLeftMs } from './progress.ts';

/** What it is at; `running`: a run, without what was left out. */
export type Doing =
  | { readonly code: 'warming-up' | 'stopping' | 'waiting' | 'planning' }
  | { readonly code: 'running'; readonly leftOut: readonly LeftOut[] };

export interface CourseView extends Omit<Extract<BenchmarkState, { state: 'running' }>, 'message'> {
  readonly doing: Doing;
}

/** A benchmark under way, as pages show it. */
export function viewOf(course: CourseState, guess: TimeFit): CourseView {
  const { progress, phase } = course;
  const { options, runsPlanned } = progress.session;
  return {
    state: 'running',
    options,
    run: progress.warmedUp ? Math.min(runsPlanned, doneOf(progress.runs).length + 1) : 0,
    runsPlanned,
    settings: 'asked' in phase ? phase.asked.planned.settings : null,
    timeLeftMs: timeLeftMs(progress, guess),
    doing: doingOf(course),
  };
}

function doingOf({ progress, phase }: CourseState): Doing {
  switch (phase.at) {
    case 'running':
      return progress.warmedUp ? { code: 'running', leftOut: progress.trouble.leftOut } : { code: 'warming-up' };
    case 'stopping':
      return { code: 'stopping' };
    case 'waiting':
      return { code: 'waiting' };
    case 'planning':
    case 'ended':
      return { code: 'planning' };
  }
}
