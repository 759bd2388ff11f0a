import type { Calibration } from '../calibration/calibration.ts';
import { addOnsOf } from '../calibration/added.ts';
import { withAddOns } from '../estimate/added.ts';
import { estimate } from '../estimate/estimate.ts';
import type { Run } from '../recorder/run.ts';
import { peakOnDevice } from '../estimate/on-device.ts';
import { heldMiBOf, type Held } from './answer.ts';

const NOTHING = { estimatedPeakMiB: null, estimatedPeakRange: null };

/** What a run is expected to show, as it is kept with it: of the whole device; null where nothing can be estimated. */
export function expectationOf(
  { settings, extras }: Pick<Run, 'settings' | 'extras'>,
  calibration: Calibration | null,
  held: Held,
): Pick<Run, 'estimatedPeakMiB' | 'estimatedPeakRange'> {
  const { usableMiB, otherMiB } = held.figures;
  if (calibration === null || calibration.fit === null || usableMiB === null || otherMiB === null) return NOTHING;
  const heldMiB = heldMiBOf(held);
  const without = estimate(calibration.fit, settings, usableMiB - otherMiB, heldMiB);
  if (!without.ok) return NOTHING;
  const parts = addOnsOf(calibration, extras)?.parts ?? [];
  const result = withAddOns(without, settings, parts, Math.max(calibration.fit.staticMiB, heldMiB ?? 0));
  const peak = peakOnDevice(result, { usableMiB, otherMiB });
  // One that runs out of memory shows all there is.
  const within = (mib: number): number => Math.min(mib, Math.round(usableMiB));
  const range = { lowMiB: within(peak.lowMiB), highMiB: within(peak.highMiB) };
  const similar = calibration.similar !== null;
  const measured =
    (similar || (calibration.state === 'ready' && !calibration.imported.used)) &&
    result.basis === 'inside' &&
    calibration.operations.includes(settings.operation);
  // Where the interval was cut off, by the card or by what is held already, no run can leave it there.
  const whole = result.peak.valueMiB > (heldMiB ?? 0) && result.peak.highMiB + otherMiB <= usableMiB;
  return {
    estimatedPeakMiB: within(peak.valueMiB),
    estimatedPeakRange: { ...range, firm: measured && whole, similar },
  };
}
