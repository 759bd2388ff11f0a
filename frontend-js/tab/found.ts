/** The tab's first part: what was found, what is in use now and by whom, and the calibration key in force. */
import { element, setHidden, setText } from '../dom.ts';
import type { ViewerState } from '../../service/protocol/viewer.ts';
import { foundInWords, memoryInWords, processesInWords, shortHash } from './wording.ts';
import type { Entry } from './wording.ts';

function pairs(entries: readonly Entry[]): HTMLElement[] {
  return entries.flatMap(([name, value]) => [element('dt', { text: name }), element('dd', { text: value })]);
}

export class FoundPart {
  readonly root: HTMLElement;
  readonly #list = element('dl', { class: 'headroom-list' });
  readonly #used = element('dd');
  readonly #users = element('ul', { class: 'headroom-plain-list' });
  readonly #calibration = element('p', { class: 'headroom-calibration' });
  readonly #keyName = element('code', { class: 'headroom-key' });
  readonly #key = element('dl', { class: 'headroom-list' });
  readonly #keyDetails: HTMLElement;
  #shown = '';

  constructor() {
    this.#keyDetails = element('details', { class: 'headroom-key-details' }, [
      element('summary', {}, ['Calibration key ', this.#keyName]),
      element('p', { class: 'headroom-soft', text: 'Whatever moves memory use besides size and batch. Runs made under another key are not used.' }),
      this.#key,
    ]);
    this.root = element('section', { class: 'headroom-part', attributes: { 'aria-labelledby': 'headroom_found_title' } }, [
      element('h3', { text: 'What was found', attributes: { id: 'headroom_found_title' } }),
      this.#list,
      this.#calibration,
      this.#keyDetails,
    ]);
  }

  update(state: ViewerState): void {
    // A state comes with every run; only what differs is built anew, so that an open list stays open.
    const shown = JSON.stringify([state.source, state.device?.name, state.devices.length, state.environment, state.processes, state.keyHash]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#build(state);
    }
    setText(this.#calibration, state.calibration.message);
  }

  memory(memory: Parameters<typeof memoryInWords>[0]): void {
    setText(this.#used, memoryInWords(memory));
  }

  #build(state: ViewerState): void {
    const users = processesInWords(state.processes);
    this.#users.replaceChildren(...(users ?? []).map((text) => element('li', { text })));
    const usersPair = users === null || users.length === 0 ? [] : [element('dt', { text: 'By whom' }), element('dd', {}, [this.#users])];
    const usedPair = [element('dt', { text: 'In use now' }), this.#used];
    this.#list.replaceChildren(...pairs(foundInWords(state)), ...usedPair, ...usersPair);
    if (this.#used.textContent === '') {
      this.memory({ usedMiB: state.device?.usedMiB ?? null, totalMiB: state.device?.totalMiB ?? null, usedByWebuiMiB: null, usedByOthersMiB: null });
    }
    setHidden(this.#keyDetails, state.keyHash === null);
    setText(this.#keyName, state.keyHash === null ? '' : shortHash(state.keyHash));
    this.#key.replaceChildren(...pairs(Object.entries(state.environment?.key ?? {})));
  }
}
