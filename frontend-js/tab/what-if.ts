/** The tab's part for what would be: the settings on txt2img under other flags, and on other cards. */
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import { flagsNotes } from '../../service/words/advice-tables.ts';
import * as words from '../../service/words/index.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import { button } from '../button.ts';
import { element, setText } from '../dom.ts';
import { nearestThatFits, nowIn } from './flags.ts';
import { FlagsTableBox } from './flags-table.ts';
import { part } from './part.ts';

export class WhatIfPart {
  readonly root: HTMLElement;
  readonly #said = element('p', { attributes: { role: 'status' } });
  readonly #table = new FlagsTableBox();
  readonly #note = element('p', { class: 'headroom-soft' });
  #connected = false;

  /** @param settings those of txt2img as they stand; null while they make no sense. */
  constructor(desk: AdviceDesk, settings: () => RequestedSettings | null) {
    const ask = () => {
      const now = settings();
      this.#table.clear();
      setText(this.#note, '');
      const said = this.#connected ? words.WORKING_IT_OUT : words.NO_ANSWER_NOW;
      setText(this.#said, now === null ? words.NO_SETTINGS : said);
      if (now !== null && this.#connected) desk.ask('flags', 'flags', now, (result) => this.#show(result, now));
    };
    this.root = part('if', words.WHAT_IF, [
      element('p', { class: 'headroom-soft', text: words.ABOUT_WHAT_IF }),
      element('div', { class: 'headroom-buttons' }, [button('headroom-button', words.COMPARE_FLAGS, ask)]),
      this.#said,
      this.#table.root,
      this.#note,
    ]);
  }

  /** Where the connection broke, or is a new one, no answer is to come. */
  connection(connected: boolean): void {
    this.#connected = connected;
    const said = this.#said.textContent;
    if (said === words.WORKING_IT_OUT || said === words.NO_ANSWER_NOW)
      setText(this.#said, connected ? '' : words.NO_ANSWER_NOW);
  }

  #show(result: AdviceResult, settings: RequestedSettings): void {
    if (result.about === 'nothing') return setText(this.#said, words.noAdviceInWords(result));
    if (result.about !== 'flags') return;
    setText(this.#said, words.flagsAnswerInWords(settings, nowIn(result.rows), nearestThatFits(result.rows)));
    this.#table.show(result);
    setText(this.#note, flagsNotes(result).join(' '));
  }
}
