/** What changed when memory began to grow. */
import { median } from 'simple-statistics';
import type { Circumstance, Leak } from '../protocol/leak.ts';
import type { Step } from './steps.ts';
import { trendOf } from './trend.ts';

/** So many like runs without it are needed to clear the others. */
const LEAST_WITHOUT = 3;
/** Of the growth with it; without it there is at most so much. */
const NO_GROWTH = 0.25;

const textOf = (circumstance: Circumstance): string => JSON.stringify(circumstance);

/** All that any of the steps had, once. */
export function circumstancesIn(steps: readonly Step[]): Circumstance[] {
  return [...new Map(steps.flatMap(({ circumstances }) => circumstances).map((one) => [textOf(one), one])).values()];
}

export function hasIt({ circumstances }: Step, circumstance: Circumstance): boolean {
  return circumstances.some((one) => textOf(one) === textOf(circumstance));
}

/**
 * @param steps all of the session.
 * @param from of the step with which it began.
 */
export function suspectOf(steps: readonly Step[], from: number): Leak['suspect'] {
  const grown = steps.slice(from);
  const every = circumstancesIn(grown);
  const growsWith = every.find((one) => isAlone(steps, one));
  if (growsWith !== undefined) return { how: 'with', circumstance: growsWith };
  const [first] = grown;
  const before = steps.slice(0, from);
  const isNew = (one: Circumstance): boolean => !before.some((step) => hasIt(step, one));
  const since = before.length === 0 ? undefined : first?.circumstances.find(isNew);
  return since === undefined ? null : { how: 'since', circumstance: since };
}

/** Whether steps with it grow, and those without do not. */
function isAlone(steps: readonly Step[], circumstance: Circumstance): boolean {
  const [withIt, without] = [true, false].map((has) =>
    steps.filter((step) => hasIt(step, circumstance) === has).map(({ growthMiB }) => growthMiB),
  );
  if (withIt === undefined || without === undefined || without.length < LEAST_WITHOUT) return false;
  return trendOf(withIt) !== null && Math.abs(median([...without])) < NO_GROWTH * median([...withIt]);
}
