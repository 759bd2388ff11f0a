import type { Steps } from '../../base/steps.ts';
import type { Observation } from '../types.ts';
import { straysUnderCaps, TOLERANCE } from './need.ts';
import type { Recognised } from './scaled.ts';

/**
 * Of those that explain the peaks alike, the ones that the runs under caps leave possible, the one that they contradict
 * least first. How far a need strays on a host is not known any better than to `TOLERANCE`, so one is ruled out only by
 * that much more in all.
 * @param candidates the best first: it stays that unless another is contradicted less.
 */
export function* borneOut(
  candidates: readonly Recognised[],
  observations: readonly Observation[],
  staticMiB: number,
  slackMiB: number,
): Steps<Recognised[]> {
  const judged: { readonly one: Recognised; readonly stray: number }[] = [];
  for (const one of candidates) {
    const strays = yield* straysUnderCaps(one.replay, observations, staticMiB, slackMiB);
    judged.push({ one, stray: sumOf(strays.map(Math.abs)) });
  }
  const least = Math.min(...judged.map(({ stray }) => stray));
  return judged.filter(({ stray }) => stray <= least + TOLERANCE).map(({ one }) => one);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
