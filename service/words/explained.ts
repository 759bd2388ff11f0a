/** What is told of an error in any language. Pure. */
import type { BareRemedy, PricedFor, ToldExplanation } from '../protocol/explanation.ts';

/** Of the card, neither free nor of the process that failed; null where the text does not tell all three. */
export function othersMiBIn({
  totalMiB,
  freeMiB,
  processMiB,
}: Pick<ToldExplanation['reading'], 'totalMiB' | 'freeMiB' | 'processMiB'>): number | null {
  if (totalMiB === null || freeMiB === null || processMiB === null) return null;
  return Math.max(0, Math.round((totalMiB - freeMiB - processMiB) * 100) / 100);
}

/** The flags of the WebUI's start that move its memory. */
export function flagsOf({ vramMode, unet, vae }: Pick<PricedFor, 'vramMode' | 'unet' | 'vae'>): string[] {
  const mode = vramMode === 'none' ? [] : [`--${vramMode}`];
  if (unet === 'float') return [...mode, '--no-half'];
  return vae === 'float' ? [...mode, '--no-half-vae'] : mode;
}

/** Against what no memory of the card is the matter. */
const OF_NO_CARD: readonly BareRemedy['code'][] = [
  ...(['paging-file', 'float-vae', 'revert-vae', 'float-unet', 'upcast-attention'] as const),
  ...(['fewer-checkpoints', 'tcmalloc'] as const),
];

/** Whether memory of the card is what it saves. */
export function savesOfCard({ code }: Pick<BareRemedy, 'code'>): boolean {
  return !OF_NO_CARD.includes(code);
}
