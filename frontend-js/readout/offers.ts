/** What a readout offers to do, from advice. Pure. */
import type { AdviceResult, Applied, Remedy } from '../../service/protocol/advice.ts';
import * as words from '../../service/words/index.ts';

/** What a click does: moves sliders, or has an option of the WebUI set. */
export type Deed = Extract<Applied, { kind: 'sliders' | 'option' }>;

export interface Offer {
  readonly words: string;
  /** With its price. */
  readonly about: string;
  /** Of options as many as there are, then the sliders, if any, once. */
  readonly deeds: readonly Deed[];
}

export const MOST_OFFERS = 3;
const MOST_TOLD = 3;

/** Whether the page's fields can be set so, and the WebUI's options. */
export type CanTake = (deed: Deed) => boolean;

/** What one click does, best first. */
export function offersOf(advice: AdviceResult | null, canTake: CanTake): readonly Offer[] {
  return remediesIn(advice)
    .flatMap((remedy) => offerOf(remedy, canTake))
    .slice(0, MOST_OFFERS);
}

/** What else helps: flags, programs to close, and what is taken together with those. */
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
  const shown = remedy.steps.map(({ change }) => words.offerInWords(change));
  const done = remedy.steps.map(({ applied }) => applied);
  const options = done.filter((one) => one.kind === 'option');
  // All steps of sliders say where they stand once everything is done.
  const sliders = done.filter((one) => one.kind === 'sliders').slice(0, 1);
  const deeds = [...options, ...sliders];
  const isWhole =
    shown.every((one) => one !== null) && done.every(({ kind }) => kind === 'option' || kind === 'sliders');
  if (!isWhole || !deeds.every(canTake)) return [];
  return [{ words: shown.join(', '), about: words.remedyInWords(remedy), deeds }];
}
