import { at } from '../base/at.ts';
import { GRID, type Belief, type Jitter } from './belief.ts';
import { sumOf, type Believed, type Chances, type Evidence } from './chances.ts';
import { FACTOR_GROUPS } from './required.ts';
import type { FactorGroup } from './types.ts';

/** A run may contradict what is believed (another process, an odd size) this often. */
const SURPRISE = 4e-3;

/** Of all brackets, in one order. */
export type OfBrackets<T> = readonly Readonly<Record<FactorGroup, T>>[];

/**
 * Bayes' rule over factor and jitter at once; the jitter is then averaged over.
 * @param believed of each kind's need, as it was before.
 */
export function posterior(
  group: FactorGroup,
  prior: Chances,
  evidence: OfBrackets<Evidence>,
  believed: OfBrackets<Believed>,
  jitters: readonly Jitter[],
): Belief {
  const joint = jitters.map(({ weight }) => prior.map((density) => density * weight));
  let total = joint.reduce((sum, line) => sum + sumOf(line), 0);
  evidence.forEach((kinds, bracket) => {
    const own = kinds[group];
    if (own === null) return;
    const { above: restAbove, below: restBelow } = believedOfOthers(group, at(believed, bracket));
    total = joint.reduce((sum, line, j) => {
      const { above, below } = at(own, j);
      return sum + weigh(line, total, above, restAbove, below, restBelow);
    }, 0);
  });
  for (const line of joint) for (let i = 0; i < line.length; i += 1) line[i] = (line[i] as number) / total;
  return { factors: GRID, weights: sumOfLines(joint), jitters: joint.map(sumOf) };
}

function believedOfOthers(group: FactorGroup, believed: Readonly<Record<FactorGroup, Believed>>): Believed {
  const product = { above: 1, below: 1 };
  for (const other of FACTOR_GROUPS) {
    if (other === group) continue;
    product.above *= believed[other].above;
    product.below *= believed[other].below;
  }
  return product;
}

/**
 * By the chance that the need is between the two ends of a bracket, in place.
 * @param total of all lines so far: they are brought to a sum of 1, for hundreds of runs would multiply to nothing.
 * @returns the line's sum.
 */
function weigh(
  line: Float64Array,
  total: number,
  above: Chances | null,
  restAbove: number,
  below: Chances | null,
  restBelow: number,
): number {
  let sum = 0;
  for (let i = 0; i < line.length; i += 1) {
    const likelihood =
      (below === null ? 1 : (below[i] as number) * restBelow) - (above === null ? 0 : (above[i] as number) * restAbove);
    const weighed = ((line[i] as number) / total) * (SURPRISE + (1 - 2 * SURPRISE) * Math.max(0, likelihood));
    line[i] = weighed;
    sum += weighed;
  }
  return sum;
}

function sumOfLines(joint: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(GRID.length);
  for (const line of joint) for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (line[i] as number);
  return sum;
}
