/** The tab's part for what would fit: the largest sizes by shape and batch, and the same settings under other flags. */
import type { AdviceAbout, AdviceResult } from '../../service/protocol/advice.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import { flagsTable, sizesTable } from '../../service/words/advice-tables.ts';
import * as words from '../../service/words/index.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import { button } from '../button.ts';
import { element, setText } from '../dom.ts';

export class WhatFitsPart {
  readonly root: HTMLElement;
  readonly #said = element('p', { class: 'headroom-soft', attributes: { role: 'status' } });
  readonly #table = element('div', { class: 'headroom-scroll' });

  /** @param settings those of txt2img as they stand; null while they make no sense. */
  constructor(desk: AdviceDesk, settings: () => RequestedSettings | null) {
    const ask = (about: AdviceAbout) => () => {
      const now = settings();
      this.#table.replaceChildren();
      setText(this.#said, now === null ? words.NO_SETTINGS : words.WORKING_IT_OUT);
      if (now !== null) desk.ask('tab', about, now, (result) => this.#show(result, now));
    };
    this.root = element(
      'section',
      { class: 'headroom-part', attributes: { 'aria-labelledby': 'headroom_fits_title' } },
      [
        element('h3', { text: words.WHAT_FITS, attributes: { id: 'headroom_fits_title' } }),
        element('p', { class: 'headroom-soft', text: words.ABOUT_WHAT_FITS }),
        element('div', { class: 'headroom-buttons' }, [
          button('headroom-button', words.LARGEST_SIZES, ask('largest')),
          button('headroom-button', words.COMPARE_FLAGS, ask('flags')),
        ]),
        this.#said,
        this.#table,
      ],
    );
  }

  /** After a new connection no answer is to come. */
  forgetAsked(): void {
    if (this.#said.textContent === words.WORKING_IT_OUT) setText(this.#said, '');
  }

  #show(result: AdviceResult, settings: RequestedSettings): void {
    if (result.about === 'nothing') return setText(this.#said, words.noAdviceInWords(result));
    if (result.about === 'remedies') return;
    const rows = result.about === 'largest' ? sizesTable(result) : flagsTable(result);
    setText(this.#said, words.ofSettings(settings, result.about === 'flags'));
    this.#table.replaceChildren(tableOf(rows));
  }
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): HTMLElement {
  const line = (tag: 'th' | 'td', cells: readonly string[]) =>
    element(
      'tr',
      {},
      cells.map((text) => element(tag, { text })),
    );
  return element('table', { class: 'headroom-table' }, [
    element('thead', {}, [line('th', head)]),
    element(
      'tbody',
      {},
      rows.map((cells) => line('td', cells)),
    ),
  ]);
}
