import type { Calibration } from '../calibration/calibration.ts';
import { estimateNow } from '../estimate/circumstances.ts';
import type { Run } from '../recorder/run.ts';
import { peakOnDevice } from '../estimate/on-device.ts';
import { circumstancesOf, type Held } from './circumstances.ts';

const NOTHING = { estimatedPeakMiB: null, estimatedPeakRange: null };

/**
 * What a run is expected to show, as it is kept with it: of the whole device, without what ordinary runs have shown
 * lately, and without what it may load beside torch, which is known after it. Null where nothing can be estimated.
 */
export function expectationOf(
  { settings, extras }: Pick<Run, 'settings' | 'extras'>,
  calibration: Calibration | null,
  held: Omit<Held, 'leftMiB'>,
): Pick<Run, 'estimatedPeakMiB' | 'estimatedPeakRange'> {
  const now = calibration === null ? null : circumstancesOf({ ...held, leftMiB: 0 }, calibration, extras);
  if (calibration === null || calibration.fit === null || now === null) return NOTHING;
  const { memory, heldMiB } = now;
  const result = estimateNow(calibration.fit, settings, { ...now, driftMiB: null, toLoad: null });
  if (!result.ok) return NOTHING;
  const peak = peakOnDevice(result, memory);
  // One that runs out of memory shows all there is.
  const within = (mib: number): number => Math.min(mib, Math.round(memory.usableMiB));
  const range = { lowMiB: within(peak.lowMiB), highMiB: within(peak.highMiB) };
  const similar = calibration.similar !== null;
  const measured =
    (similar || (calibration.state === 'ready' && !calibration.imported.used)) &&
    result.basis === 'inside' &&
    calibration.operations.includes(settings.operation);
  // Where the interval was cut off, by the card or by what is held already, no run can leave it there.
  const whole = result.peak.valueMiB > (heldMiB ?? 0) && result.peak.highMiB + memory.otherMiB <= memory.usableMiB;
  return {
    estimatedPeakMiB: within(peak.valueMiB),
    estimatedPeakRange: { ...range, firm: measured && whole, similar },
  };
}
