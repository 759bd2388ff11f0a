/** What a readout offers to do, from advice. Pure. */
import type { AdviceResult, Applied, Remedy } from '../../service/protocol/advice.ts';
import * as words from '../../service/words/index.ts';

/** What a click does: moves sliders, or has an option of the WebUI set. */
export type Deed = Extract<Applied, { kind: 'sliders' | 'option' }>;

export interface Offer {
  readonly words: string;
  /** With its price. */
  readonly about: string;
  readonly deed: Deed;
}

export const MOST_OFFERS = 3;
const MOST_TOLD = 3;

/** Whether the page's fields can be set so, and the WebUI's options. */
export type CanTake = (deed: Deed) => boolean;

/** What one click does and nothing else, best first. */
export function offersOf(advice: AdviceResult | null, canTake: CanTake): readonly Offer[] {
  return remediesIn(advice)
    .flatMap((remedy) => offerOf(remedy, canTake))
    .slice(0, MOST_OFFERS);
}

/** What else helps: flags, programs to close, and more than one thing together. */
export function toldOf(advice: AdviceResult | null, canTake: CanTake): readonly string[] {
  return remediesIn(advice)
    .filter((remedy) => offerOf(remedy, canTake).length === 0)
    .slice(0, MOST_TOLD)
    .map(words.remedyInWords);
}

function remediesIn(advice: AdviceResult | null): readonly Remedy[] {
  return advice?.about === 'remedies' ? advice.remedies : [];
}

function offerOf(remedy: Remedy, canTake: CanTake): readonly Offer[] {
  const [step, ...more] = remedy.steps;
  if (step === undefined || more.length > 0) return [];
  const { change, applied } = step;
  if (applied.kind !== 'sliders' && applied.kind !== 'option') return [];
  const shown = words.offerInWords(change);
  if (shown === null || !canTake(applied)) return [];
  return [{ words: shown, about: words.remedyInWords(remedy), deed: applied }];
}
