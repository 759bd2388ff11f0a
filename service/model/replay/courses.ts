import { Memo } from '../../base/memo.ts';
import { Course } from '../../allocator/course.ts';
import { Outcomes } from '../../allocator/outcomes.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import type { Group } from './groups.ts';
import { replayedParts } from './stages.ts';

/**
 * How stages went is remembered by their shape: networks share their parts, a fit asks for those of all its runs again
 * with each new run, operations share stages, and a slider comes back. Some 300 bytes each.
 */
const MOST_OUTCOMES = 6_000;
const outcomes = new Memo<Outcomes>(MOST_OUTCOMES);

/** What is required and the peak are asked for one after the other, and begin alike. */
const courses = new Map<string, Course>();
/** As many as a generation has; some 50 kB each, and more where weights come and go. */
const MOST_COURSES = 4;

/**
 * Of stages that keep the cache between them, on a device that has just so much room as is allowed.
 * @param pictures of a batch that are decoded and encoded one after the other.
 * @param looseMiB free in segments that nothing large fits into; it matters only where attention slices to fit.
 */
export function courseOf(group: Group, pictures: 1 | 2, looseMiB = 0): Course {
  const seenMiB = slicesToFit(group.networks.scores) ? looseMiB : 0;
  const name = seenMiB === 0 ? group.nameFor(pictures) : `${group.nameFor(pictures)} loose ${seenMiB}`;
  let course = courses.get(name);
  if (course === undefined) {
    if (courses.size >= MOST_COURSES) {
      for (const one of courses.values()) one.forgetCheckpoints();
      courses.clear();
    }
    const { networks, stages } = group;
    const known = outcomes.get(name) ?? outcomes.set(name, new Outcomes(() => outcomes.grown()));
    course = new Course(() => replayedParts(networks, stages, pictures), null, known, seenMiB);
    courses.set(name, course);
  }
  return course;
}
