/** What a readout offers to do, from advice. Pure. */
import type { AdviceResult, Remedy } from '../../service/protocol/advice.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import * as words from '../../service/words/index.ts';

/** Done by the page itself: `settings`, `times` as many batches as now. */
export interface Offer {
  readonly words: string;
  /** With its price. */
  readonly about: string;
  readonly settings: GenerationSettings;
  readonly times: number;
}

const MOST_OFFERS = 3;
const MOST_TOLD = 3;

/** @param canTake the page's fields can be set so. */
export type CanTake = (offer: Offer) => boolean;

/** What moves sliders and nothing else, best first. */
export function offersOf(advice: AdviceResult | null, canTake: CanTake): readonly Offer[] {
  return remediesIn(advice)
    .flatMap((remedy) => offerOf(remedy, canTake))
    .slice(0, MOST_OFFERS);
}

/** What else helps: options, flags, programs to close, and more than one thing together. */
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
  if (step?.applied.kind !== 'sliders' || more.length > 0) return [];
  const shown = words.offerInWords(step.change);
  if (shown === null) return [];
  const { settings, times } = step.applied;
  return [{ words: shown, about: words.remedyInWords(remedy), settings, times }].filter(canTake);
}
