import type { Phase } from '../protocol/settings.ts';
import type { Course } from './course.ts';

/** Need within this share of the truth. */
export const NEED_STEP = 0.003;
/** Limits up to so many times the least that is enough are looked at for failures. */
const ISLAND_SHARE = 1.1;
/** What runs in less than this share of the limits is a sliver: a few MiB decide there. */
const SLIVER_SHARE = 0.02;
/** Segments are this much larger or smaller than others. */
const SEGMENT_STEP_MIB = 2;
/** A segment of the small pool's or so. */
const LEAST_STEP_MIB = 20;

/**
 * The least limit under which something runs, and the phase that fails with less; null where nothing less was tried.
 */
export interface Least {
  readonly needMiB: number;
  readonly phase: Phase | null;
}

/** `leastMiB`: with that it runs, and not with all that lies between it and `needMiB`. */
export interface Steady extends Least {
  readonly leastMiB: number;
}

/**
 * By bisection, first without what repeats: what fails without it fails with it.
 * @param lowMiB too little, or just enough.
 * @param onceMiB enough without what repeats.
 * @param highMiB enough.
 */
export function leastBetween(course: Course, lowMiB: number, onceMiB: number, highMiB: number): Steady {
  const once = bisected(course, false, { lowMiB, phase: null }, onceMiB);
  if (course.isOnePart) return { ...once, leastMiB: once.needMiB };
  if (!course.hasRepeats) return { ...aboveFailures(course, once, highMiB), leastMiB: once.needMiB };
  // Where hardly anything is left over all of it is given back each time, so that with just enough it may run although
  // with a little more it does not.
  const again = course.under(Math.max(once.needMiB * (1 + NEED_STEP), once.needMiB + SEGMENT_STEP_MIB), true);
  const least =
    again.failed === null
      ? { ...once, needMiB: Math.min(again.fromMiB, highMiB) }
      : bisected(course, true, { lowMiB: again.upToMiB, phase: again.failed }, highMiB);
  const leastMiB = islandBelow(course, lowMiB, least.needMiB) ?? least.needMiB;
  return { ...aboveFailures(course, least, highMiB), leastMiB };
}

/** So many limits are tried for one that is enough below what bisection found. */
const ISLAND_TRIES = 24;

/** The first stretch of limits from the least on that are enough, before some that are not; null where none is seen. */
function islandBelow(course: Course, lowMiB: number, needMiB: number): number | null {
  const stepMiB = NEED_STEP * needMiB;
  let at = lowMiB;
  for (let tries = 0; tries < ISLAND_TRIES && at < needMiB - stepMiB; tries += 1) {
    const { failed, fromMiB, upToMiB } = course.under(at, true);
    if (failed === null && course.under(at + stepMiB, true).failed === null) return Math.max(lowMiB, fromMiB);
    at = failed === null ? at + stepMiB : Math.max(at + stepMiB, upToMiB);
  }
  return null;
}

/** A little more may leave something else in the way, and fail: from where on so much more is enough too. */
function aboveFailures(course: Course, least: Least, highMiB: number): Least {
  let found = least;
  const farMiB = Math.min(highMiB, least.needMiB * ISLAND_SHARE);
  for (let at = least.needMiB; at < farMiB;) {
    const { failed, upToMiB } = course.under(at, true);
    if (failed !== null) found = { needMiB: upToMiB, phase: failed };
    if (upToMiB <= at) break;
    at = upToMiB;
  }
  return found;
}

/**
 * Where it is not known what is enough: upwards by such steps. Infinity where nothing is: there are no slices that fit
 * the room.
 */
export function leastFrom(course: Course, lowMiB: number, step: number): Least {
  let low: Tried = { lowMiB, phase: null };
  let high = lowMiB;
  for (let tried = course.under(high, true); tried.failed !== null; tried = course.under(high, true)) {
    const { failed: phase, upToMiB } = tried;
    if (upToMiB === Infinity) return { needMiB: Infinity, phase };
    low = { lowMiB: Math.max(high, upToMiB), phase };
    do high = Math.max(high * step, high + LEAST_STEP_MIB);
    while (high < upToMiB);
  }
  return bisected(course, true, low, high);
}

/**
 * From where on something runs under more than a sliver of limits: what makes fewer slices the more room there is may
 * fail with hardly more than the least that is enough, up to a good deal more.
 * @param leastMiB just enough, or more.
 */
export function steadyFrom(course: Course, leastMiB: number): Least {
  let found: Least = { needMiB: leastMiB, phase: null };
  for (let at = leastMiB; at < found.needMiB * (1 + SLIVER_SHARE);) {
    const { failed, upToMiB } = course.under(at, true);
    if (failed === null) {
      at = Math.max(upToMiB, at + SEGMENT_STEP_MIB);
    } else {
      found = { needMiB: leastFrom(course, at, 1 + NEED_STEP).needMiB, phase: failed };
      if (found.needMiB === Infinity) break;
      at = found.needMiB;
    }
  }
  return found;
}

/** Too little, and what failed with it. */
interface Tried {
  readonly lowMiB: number;
  readonly phase: Phase | null;
}

/** Each try tells the end of all limits under which nothing else would have been granted or refused. */
function bisected(course: Course, repeating: boolean, { lowMiB, phase: firstPhase }: Tried, highMiB: number): Least {
  let low = lowMiB;
  let high = highMiB;
  let phase = firstPhase;
  while (high - low > NEED_STEP * high) {
    const middle = (low + high) / 2;
    const { failed, fromMiB, upToMiB } = course.under(middle, repeating);
    if (failed === null) high = fromMiB;
    else {
      low = Math.max(middle, upToMiB);
      phase = failed;
    }
  }
  return { needMiB: high, phase };
}
