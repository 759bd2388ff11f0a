/** What an error's figures say together. Pure. */
import type { ToldExplanation } from '../protocol/explanation.ts';

/** Of the card, neither free nor of the process that failed; null where the text does not tell all three. */
export function othersMiBIn({
  totalMiB,
  freeMiB,
  processMiB,
}: Pick<ToldExplanation['reading'], 'totalMiB' | 'freeMiB' | 'processMiB'>): number | null {
  if (totalMiB === null || freeMiB === null || processMiB === null) return null;
  return Math.max(0, Math.round((totalMiB - freeMiB - processMiB) * 100) / 100);
}
