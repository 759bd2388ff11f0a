import type { Interval } from '../model/types.ts';

/** Above the weights, widened by shares of the total; no side crosses the value. */
export function intervalOf(
  staticMiB: number,
  value: number,
  low: number,
  high: number,
  lowShare: number,
  highShare: number,
): Interval {
  const valueMiB = staticMiB + value;
  return {
    valueMiB,
    lowMiB: Math.max(staticMiB, Math.min(valueMiB, staticMiB + low - lowShare * valueMiB)),
    highMiB: Math.max(valueMiB, staticMiB + high + highShare * valueMiB),
  };
}
