/** The tab's part for what was found, and the calibration key in force. */
import * as words from '../../service/words/index.ts';
import { element, setHidden, setText } from '../dom.ts';
import type { ViewerState } from '../../service/protocol/viewer.ts';
import { foundEntries, shortHash } from './found-entries.ts';
import type { Entry } from './found-entries.ts';
import { part } from './part.ts';

function pairs(entries: readonly Entry[]): HTMLElement[] {
  return entries.flatMap(([name, value]) => [element('dt', { text: name }), element('dd', { text: value })]);
}

export class FoundPart {
  readonly root: HTMLElement;
  readonly #list = element('dl', { class: 'headroom-list' });
  readonly #calibration = element('p', { class: 'headroom-calibration' });
  readonly #keyName = element('code', { class: 'headroom-key' });
  readonly #key = element('dl', { class: 'headroom-list' });
  readonly #keyDetails: HTMLElement;
  #shown = '';

  constructor() {
    this.#keyDetails = element('details', { class: 'headroom-key-details' }, [
      element('summary', {}, [`${words.CALIBRATION_KEY} `, this.#keyName]),
      element('p', {
        class: 'headroom-soft',
        text: words.ABOUT_THE_KEY,
      }),
      this.#key,
    ]);
    this.root = part('found', words.WHAT_WAS_FOUND, [this.#list, this.#calibration, this.#keyDetails]);
  }

  update(state: ViewerState): void {
    // A state comes with every run; only what differs is built anew, so that an open list stays open.
    const shown = JSON.stringify([
      state.source,
      state.device?.name,
      state.devices.length,
      state.environment,
      state.keyHash,
    ]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#build(state);
    }
    setText(this.#calibration, words.findingInWords(state.calibration.finding));
  }

  #build(state: ViewerState): void {
    this.#list.replaceChildren(...pairs(foundEntries(state)));
    setHidden(this.#keyDetails, state.keyHash === null);
    setText(this.#keyName, state.keyHash === null ? '' : shortHash(state.keyHash));
    this.#key.replaceChildren(...pairs(Object.entries(state.environment?.key ?? {})));
  }
}
