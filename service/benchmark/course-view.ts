import type { TimeFit } from '../calibration/time.ts';
import type { BenchmarkState, Doing } from '../protocol/benchmark.ts';
import type { CourseState } from './course-state.ts';
import { doneOf, timeLeftMs } from './progress.ts';

/** As pages show it. */
export type CourseView = Extract<BenchmarkState, { state: 'running' }>;

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
    capMiB: 'asked' in phase ? phase.asked.planned.capMiB : null,
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
