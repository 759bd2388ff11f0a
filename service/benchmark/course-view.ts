import type { TimeFit } from '../calibration/time.ts';
import type { BenchmarkState } from '../protocol/viewer.ts';
import type { CourseState } from './course-state.ts';
import { leftOutInWords } from './left-out.ts';
import { doneOf, timeLeftMs } from './progress.ts';

/** A benchmark under way, as pages show it. */
export function viewOf(course: CourseState, guess: TimeFit): Extract<BenchmarkState, { state: 'running' }> {
  const { progress, phase } = course;
  const { options, runsPlanned } = progress.session;
  return {
    state: 'running',
    options,
    run: progress.warmedUp ? Math.min(runsPlanned, doneOf(progress.runs).length + 1) : 0,
    runsPlanned,
    settings: 'asked' in phase ? phase.asked.planned.settings : null,
    timeLeftMs: timeLeftMs(progress, guess),
    message: messageOf(course),
  };
}

function messageOf({ progress, phase }: CourseState): string {
  switch (phase.at) {
    case 'running':
      return progress.warmedUp
        ? leftOutInWords(progress.trouble.leftOut).join(' ')
        : 'The first run loads libraries and is not counted.';
    case 'stopping':
      return 'Stopping after the step in hand.';
    case 'waiting':
      return 'Waiting for the WebUI to finish what it is doing.';
    case 'planning':
    case 'ended':
      return '';
  }
}
