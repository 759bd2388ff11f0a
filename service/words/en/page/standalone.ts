/** What the page of `serve --standalone` has beside the tab's own parts. */

export const ESTIMATE_TITLE: string = 'Estimate';
export const ABOUT_ESTIMATE: string =
  'For a network and a card that you name, before anything was measured there. The WebUI is A1111 1.10.1. "Used ' +
  'by others" is all that is not PyTorch\'s: other programs, what the driver keeps, and what CUDA takes for the WebUI ' +
  'even where nothing else runs. So it is 0 on no card.';
export const COMPARE_TITLE: string = 'Compare';
export const ABOUT_COMPARE: string =
  'Two recordings of "headroom record" by their paths, or runs in the store: last, run:ID, settings:512x512.';

/** Labels of the fields. */
export const STANDALONE_FIELDS = {
  network: 'Network',
  attention: 'Attention',
  cardGiB: 'Card, GiB',
  width: 'Width',
  height: 'Height',
  batch: 'Batch size',
  otherMiB: 'Used by others, MiB',
  a: 'A',
  b: 'B',
};

export const ESTIMATE_IT: string = 'Estimate';
export const COMPARE_THEM: string = 'Compare';
export const NAME_BOTH: string = 'Name both, A and B.';

/** `label`: of the field. */
export function notAFigureInWords(label: string, least: number, most: number): string {
  return `${label}: a whole number from ${least} to ${most}.`;
}

export const NO_SUCH_CHOICE: string = 'Choose a network and an attention of the lists.';
