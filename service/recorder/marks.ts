import type { Mark, Run } from './run.ts';

/** How far all that is not torch's may move during a run before its figures are doubted. */
export const DISTURBED_MIB = 64;

type Facts = Omit<Run, 'marks'>;

/**
 * Why a run may not be fitted; empty where it may.
 * @param otherAfterMiB all that was not torch's right after the run; null where it could not be read.
 */
export function marksOf(run: Facts, otherAfterMiB: number | null): Mark[] {
  const marks: Mark[] = [];
  if (run.origin === 'warm-up') marks.push('warm-up');
  if (run.outcome === 'interrupted') marks.push('interrupted');
  if (run.extras.length > 0) marks.push('extras');
  if (wasSpilled(run)) marks.push('spilled');
  else if (wasDisturbed(run, otherAfterMiB)) marks.push('disturbed');
  if (run.torch === null && run.devicePeakMiB === null) marks.push('no-samples');
  return marks;
}

/**
 * The driver gave out more than the card holds: part of the run lived in system RAM, so its success says nothing about
 * the card.
 */
function wasSpilled({ outcome, torch, totalMiB, baseline }: Facts): boolean {
  if (outcome !== 'ok' || torch === null || totalMiB === null) return false;
  return torch.reservedPeakMiB + (baseline.otherMiB ?? 0) > totalMiB + DISTURBED_MIB;
}

/**
 * Two signs, both safe against a peak that fell between two samples: what is not torch's differs before and after, or
 * the device once showed more than torch's peak and the others together account for. A process whose own memory is read
 * is beyond others' reach.
 */
function wasDisturbed({ baseline, devicePeakMiB, ownPeakMiB, torch }: Facts, otherAfterMiB: number | null): boolean {
  const { otherMiB } = baseline;
  if (otherMiB === null || ownPeakMiB !== null) return false;
  if (otherAfterMiB !== null && Math.abs(otherAfterMiB - otherMiB) > DISTURBED_MIB) return true;
  return torch !== null && devicePeakMiB !== null && devicePeakMiB - torch.reservedPeakMiB - otherMiB > DISTURBED_MIB;
}
