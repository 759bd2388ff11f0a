import type { Steps } from '../base/steps.ts';
import { grownTo, isAbove } from './growth.ts';
import { reservedMiB } from './reserved.ts';
import { isExact, rowsOf } from './rows.ts';
import type { Fit, Observation } from './types.ts';

/** Miss rate on each side: the interval is to hold 95 %. */
const MISS_SHARE = 0.025;
/** Never narrower than this share of the total, whatever luck the calibration runs had: the allocator rounds. */
const LEAST_SHARE = 0.008;

/**
 * Widens or narrows a fit's peak interval by ordinary runs that the fit has not seen: split conformal prediction on
 * relative residuals (Vovk et al. 2005; Lei et al. 2018), each side by itself. With n runs the k-th largest residual, k
 * = ceil((n + 1) (1 - miss)), is a distribution-free bound; below that many runs there is none, and the larger of the
 * fit's own width and the largest residual stands.
 * @param unseen runs of the same environment that were not fitted; those without an exact reserved peak are left out.
 */
export function* calibrate(fit: Fit, unseen: readonly Observation[]): Steps<Fit> {
  const residuals = (yield* allPeaksOf(fit, unseen)).map(
    // As shares of the total.
    ({ measuredMiB, estimateMiB }) => (measuredMiB - estimateMiB) / (fit.staticMiB + estimateMiB),
  );
  if (residuals.length === 0) return fit;
  const peakHigh = bound(residuals, fit.spread.peakHigh);
  const peakLow = bound(
    residuals.map((residual) => -residual),
    fit.spread.peakLow,
  );
  const peakJagged = rankOf(residuals.length) <= residuals.length ? 0 : fit.spread.peakJagged;
  return { ...fit, spread: { ...fit.spread, peakHigh, peakLow, peakJagged } };
}

function isUncapped(run: Observation): boolean {
  return isExact(run) && run.capMiB === null && (run.activePeakMiB !== null || isAbove(run));
}

/** How far the peaks of these runs lie above a fit in the mean, below it negative; 0 where none of them has one. */
export function* besideFitMiB(fit: Fit, runs: readonly Observation[]): Steps<number> {
  const beside = (yield* allPeaksOf(fit, runs)).map(({ measuredMiB, estimateMiB }) => measuredMiB - estimateMiB);
  return beside.length === 0 ? 0 : beside.reduce((sum, mib) => sum + mib, 0) / beside.length;
}

/** Above the weights. */
interface ComparedPeak {
  readonly measuredMiB: number;
  readonly estimateMiB: number;
}

function* allPeaksOf(fit: Fit, runs: readonly Observation[]): Steps<ComparedPeak[]> {
  const peaks: ComparedPeak[] = [];
  for (const run of runs.filter(isUncapped)) {
    peaks.push(...peaksOf(fit, run));
    yield;
  }
  return peaks;
}

/** None where the run has no such figure. */
function peaksOf(fit: Fit, run: Observation): ComparedPeak[] {
  const grown = fit.process === null ? run : grownTo(run, fit.process.heldMiB, fit.process.share);
  return rowsOf({ ...grown, phases: null }, 'reserved', fit.staticMiB).map(({ valueMiB, settings, roomMiB }) => ({
    measuredMiB: valueMiB,
    estimateMiB: reservedMiB(fit, settings, roomMiB ?? Infinity),
  }));
}

function rankOf(n: number): number {
  return Math.ceil((n + 1) * (1 - MISS_SHARE));
}

function bound(residuals: readonly number[], prior: number): number {
  const sorted = [...residuals].sort((a, b) => a - b);
  const conformal = sorted[rankOf(sorted.length) - 1];
  if (conformal !== undefined) return Math.max(LEAST_SHARE, conformal);
  return Math.max(prior, ...residuals);
}
