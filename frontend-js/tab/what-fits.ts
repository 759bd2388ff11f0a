/** The tab's result: the largest sizes of each operation, how right the estimates were, and what sets the edge. */
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { Operation } from '../../service/protocol/settings.ts';
import type { RunRow, ViewerState } from '../../service/protocol/viewer.ts';
import { sizesTable } from '../../service/words/advice-tables.ts';
import * as words from '../../service/words/index.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import { button } from '../button.ts';
import { element, setHidden, setText } from '../dom.ts';
import { appRoot, openWebuiTab } from '../webui.ts';
import { measuredInAll } from './accuracy.ts';
import { operationChoice } from './operation-choice.ts';
import { settingsOf } from './operation-settings.ts';
import { part } from './part.ts';
import { watchShown } from './shown.ts';
import { scrollBox, tableOf } from './table.ts';

export class WhatFitsPart {
  readonly root: HTMLElement;
  readonly #desk: AdviceDesk;
  readonly #settings: () => RequestedSettings | null;
  readonly #accuracy = element('p', { class: 'headroom-accuracy' });
  readonly #said = element('p', { class: 'headroom-soft', attributes: { role: 'status' } });
  readonly #table = element('div');
  readonly #limit = element('p');
  readonly #back = button('headroom-button', words.BACK_TO_TXT2IMG, () => openWebuiTab('txt2img'));
  #operation: Operation = 'txt2img';
  #state: ViewerState | null = null;
  #shown = false;
  #asked = '';

  /** @param settings those of txt2img as they stand; null while they make no sense. */
  constructor(desk: AdviceDesk, settings: () => RequestedSettings | null) {
    this.#desk = desk;
    this.#settings = settings;
    const choose = (operation: Operation) => {
      this.#operation = operation;
      this.#ask();
    };
    this.root = part('fits', words.WHAT_FITS, [
      this.#accuracy,
      operationChoice('headroom_fits', this.#operation, choose),
      this.#said,
      this.#table,
      this.#limit,
      element('div', { class: 'headroom-buttons' }, [this.#back]),
    ]);
    setHidden(this.#accuracy, true);
    watchShown(this.root, (shown) => {
      this.#shown = shown;
      // What is free may have changed since it was last looked at.
      if (shown) this.forgetAsked();
    });
  }

  update(state: ViewerState): void {
    this.#state = state;
    setHidden(this.#back, appRoot().querySelector('#tabs') === null);
    this.#ask();
  }

  runs(rows: readonly RunRow[]): void {
    const told = measuredInAll(rows);
    setText(this.#accuracy, told);
    setHidden(this.#accuracy, told === '');
  }

  /** After a new connection no answer is to come. */
  forgetAsked(): void {
    this.#asked = '';
    this.#ask();
  }

  #ask(): void {
    const state = this.#state;
    if (!this.#shown || state === null) return;
    const { keyHash, calibration, benchmark } = state;
    const subject = JSON.stringify([keyHash, calibration, benchmark.state, this.#operation]);
    if (subject === this.#asked) return;
    this.#asked = subject;
    this.#clear();
    setText(this.#said, words.WORKING_IT_OUT);
    const asked = settingsOf(this.#operation, this.#settings(), state.upscalers);
    this.#desk.ask('fits', 'largest', asked, (result) => this.#show(result));
  }

  #clear(): void {
    this.#table.replaceChildren();
    setText(this.#limit, '');
  }

  #show(result: AdviceResult): void {
    this.#clear();
    if (result.about === 'nothing') return setText(this.#said, words.noAdviceInWords(result));
    if (result.about !== 'largest') return;
    setText(this.#said, words.ABOUT_WHAT_FITS);
    this.#table.replaceChildren(scrollBox(words.TABLE_OF_SIZES, tableOf(sizesTable(result), true)));
    const { limitedBy } = result.table;
    setText(this.#limit, limitedBy === null ? '' : words.edgeInWords(limitedBy));
  }
}
