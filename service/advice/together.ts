/** Two or three changes where one is not enough: the smallest sets that are. */
import type { AdvisedStep } from '../protocol/advice.ts';
import type { Judge, Judged, Plan, Situation } from './plan.ts';
import { keepsPicture } from './price.ts';
import { REMEDIES } from './registry.ts';
import type { Candidate } from './remedy.ts';

/** What does, with what would be then. */
export interface Sufficient {
  readonly steps: readonly AdvisedStep[];
  readonly plan: Plan;
  readonly judged: Judged;
}

export interface Short extends Candidate {
  readonly savesMiB: number;
}

const MOST_STEPS = 3;
/** Sets of one size that are judged: each may take a replay of its own. */
const MOST_TRIED = 6;
/** Sets that are told. */
const MOST_FOUND = 3;
/** What saves less carries no set. */
const LEAST_SAVING_MIB = 16;

/**
 * @param short changes that save something, and not enough by themselves.
 * @param keepPicture only of those that leave the picture as it is, but for rounding.
 */
export function sufficientSets(
  situation: Situation,
  base: Plan,
  short: readonly Short[],
  missingMiB: number,
  judge: Judge,
  keepPicture: boolean,
): readonly Sufficient[] {
  const useful = short
    .filter(({ step, savesMiB }) => savesMiB >= LEAST_SAVING_MIB && (!keepPicture || keepsPicture(step)))
    .sort((a, b) => b.savesMiB - a.savesMiB);
  for (let size = 2; size <= MOST_STEPS; size += 1) {
    const enough = subsets(useful, size).filter((set) => sumOf(set) >= missingMiB);
    const found = enough.slice(0, MOST_TRIED).flatMap((set) => judgedSet(base, set, judge));
    const scaled = keepPicture ? [] : withSearch(situation, base, subsets(useful, size - 1).slice(0, 2), judge);
    if (found.length + scaled.length > 0) return [...found.slice(0, MOST_FOUND), ...scaled];
  }
  return [];
}

/** Without two of a kind; each program that could be closed is a kind of its own. */
function subsets(all: readonly Short[], size: number): (readonly Short[])[] {
  if (size === 0) return [[]];
  return all.flatMap((first, i) =>
    subsets(all.slice(i + 1), size - 1)
      .filter((rest) => rest.every(({ step }) => kindOf(step) !== kindOf(first.step)))
      .map((rest) => [first, ...rest]),
  );
}

function kindOf({ change }: AdvisedStep): string {
  if (change.code === 'close-program') return `${change.code} ${change.pid}`;
  return ['half', 'half-vae', 'fp8-weights'].includes(change.code) ? 'precision' : change.code;
}

function sumOf(set: readonly Short[]): number {
  return set.reduce((sum, { savesMiB }) => sum + savesMiB, 0);
}

function judgedSet(base: Plan, set: readonly Candidate[], judge: Judge): Sufficient[] {
  const plan = set.reduce((changed, { apply }) => apply(changed), base);
  const judged = judge.of(plan);
  return judged?.verdict === 'fits' ? [{ steps: set.map(({ step }) => step), plan, judged }] : [];
}

/** Those changes, and as much smaller as it then takes. */
function withSearch(
  situation: Situation,
  base: Plan,
  sets: readonly (readonly Candidate[])[],
  judge: Judge,
): readonly Sufficient[] {
  return sets.flatMap((set) => {
    const changed = set.reduce((plan, { apply }) => apply(plan), base);
    const steps = set.map(({ step }) => step);
    return REMEDIES.filter(({ searches }) => searches)
      .flatMap(({ candidates }) => candidates(situation, changed, judge))
      .flatMap((one) =>
        judgedSet(changed, [one], judge).map((found) => ({ ...found, steps: [...steps, ...found.steps] })),
      );
  });
}
