/** How far up a plot of memory reaches. Pure. */

const ABOVE_CURVES = 1.05;
/** How far above the device's total a curve is still drawn. */
const ABOVE_TOTAL = 1.25;
/** Curves that stay below this share of the total are worth more room than the empty rest: its line is left out. */
const SMALL_SHARE = 1 / 3;

/**
 * Upper end in MiB of an axis that begins at 0. `highMiB`: the highest point of any curve; `totalMiB`: of the device,
 * null where unknown.
 */
export function topMiB(highMiB: number, totalMiB: number | null): number {
  if (totalMiB === null || highMiB < totalMiB * SMALL_SHARE) return highMiB * ABOVE_CURVES;
  return Math.max(totalMiB * ABOVE_CURVES, Math.min(highMiB * ABOVE_CURVES, totalMiB * ABOVE_TOTAL));
}
