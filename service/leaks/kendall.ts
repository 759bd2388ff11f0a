/**
 * Mann and Kendall's test of a rise: how likely figures in a random order rise as these do.
 *
 * S counts the pairs of which the later one is higher, less those of which it is lower. Each order is as likely as any
 * other, so the pairs that fall are distributed as the inversions of a permutation (Mann, Nonparametric tests against
 * trend, 1945; Kendall, Rank correlation methods, 1975, whose table this works out). Exact for figures that differ;
 * equal ones count for neither side, which makes a rise look a little less sure than it is.
 * @returns P(S >= that of `figures`).
 */
import { at } from '../base/at.ts';

export function kendallTail(figures: readonly number[]): number {
  const n = figures.length;
  let s = 0;
  for (let later = 1; later < n; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1) s += Math.sign(at(figures, later) - at(figures, earlier));
  const pairs = (n * (n - 1)) / 2;
  const mostInversions = Math.floor((pairs - s) / 2);
  return inversions(n)
    .slice(0, mostInversions + 1)
    .reduce((sum, share) => sum + share, 0);
}

/** Which share of the permutations of n has 0, 1, 2 ... inversions: the i-th element adds 0 to i - 1, all as likely. */
function inversions(n: number): number[] {
  let shares = [1];
  for (let i = 2; i <= n; i += 1) {
    const next = new Array<number>(shares.length + i - 1).fill(0);
    shares.forEach((share, before) => {
      for (let added = 0; added < i; added += 1) next[before + added] = at(next, before + added) + share / i;
    });
    shares = next;
  }
  return shares;
}
