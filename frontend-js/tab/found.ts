/** The tab's first part: what was found, what is in use now and by whom, and the calibration key in force. */
import * as words from '../../service/words/index.ts';
import { element, setHidden, setText } from '../dom.ts';
import type { ViewerState } from '../../service/protocol/viewer.ts';
import { foundEntries, shortHash } from './found-entries.ts';
import type { Entry } from './found-entries.ts';

function pairs(entries: readonly Entry[]): HTMLElement[] {
  return entries.flatMap(([name, value]) => [element('dt', { text: name }), element('dd', { text: value })]);
}

const UNKNOWN = { usedMiB: null, totalMiB: null, webuiMiB: null, othersMiB: null };

export class FoundPart {
  readonly root: HTMLElement;
  readonly #list = element('dl', { class: 'headroom-list' });
  readonly #used = element('dd');
  readonly #users = element('ul', { class: 'headroom-plain-list' });
  readonly #usersPair = [element('dt', { text: words.BY_WHOM }), element('dd', {}, [this.#users])];
  readonly #calibration = element('p', { class: 'headroom-calibration' });
  readonly #keyName = element('code', { class: 'headroom-key' });
  readonly #key = element('dl', { class: 'headroom-list' });
  readonly #keyDetails: HTMLElement;
  #shown = '';
  /** What is shown as in use is of now. */
  #current = false;

  constructor() {
    this.#keyDetails = element('details', { class: 'headroom-key-details' }, [
      element('summary', {}, [`${words.CALIBRATION_KEY} `, this.#keyName]),
      element('p', {
        class: 'headroom-soft',
        text: words.ABOUT_THE_KEY,
      }),
      this.#key,
    ]);
    this.root = element(
      'section',
      { class: 'headroom-part', attributes: { 'aria-labelledby': 'headroom_found_title' } },
      [
        element('h3', { text: words.WHAT_WAS_FOUND, attributes: { id: 'headroom_found_title' } }),
        this.#list,
        this.#calibration,
        this.#keyDetails,
      ],
    );
  }

  update(state: ViewerState): void {
    // A state comes with every run; only what differs is built anew, so that an open list stays open.
    const shown = JSON.stringify([
      state.source,
      state.device?.name,
      state.devices.length,
      state.environment,
      state.processes,
      state.keyHash,
    ]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#build(state);
    }
    setText(this.#calibration, words.findingInWords(state.calibration.finding));
    if (this.#current || state.source.health !== 'ok') return;
    // Until the next reading: what the state itself tells.
    this.memory({
      usedMiB: state.device?.usedMiB ?? null,
      totalMiB: state.device?.totalMiB ?? null,
      webuiMiB: null,
      othersMiB: null,
    });
  }

  memory(memory: Parameters<typeof words.memoryInWords>[0]): void {
    this.#current = true;
    setText(this.#used, words.memoryInWords(memory));
    for (const node of this.#usersPair) setHidden(node, this.#users.childElementCount === 0);
  }

  /** Nothing can be read any more: neither how much nor by whom. */
  noReadings(): void {
    this.#current = false;
    setText(this.#used, words.memoryInWords(UNKNOWN));
    for (const node of this.#usersPair) setHidden(node, true);
  }

  #build(state: ViewerState): void {
    const users = state.processes ?? [];
    this.#users.replaceChildren(...users.map((user) => element('li', { text: words.processInWords(user) })));
    const usedPair = [element('dt', { text: words.IN_USE_NOW }), this.#used];
    this.#list.replaceChildren(...pairs(foundEntries(state)), ...usedPair, ...this.#usersPair);
    for (const node of this.#usersPair) setHidden(node, this.#users.childElementCount === 0);
    setHidden(this.#keyDetails, state.keyHash === null);
    setText(this.#keyName, state.keyHash === null ? '' : shortHash(state.keyHash));
    this.#key.replaceChildren(...pairs(Object.entries(state.environment?.key ?? {})));
  }
}
