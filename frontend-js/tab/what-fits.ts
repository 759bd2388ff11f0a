/** The tab's result: the largest sizes of each operation, how right the estimates were, and what sets the edge. */
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { GenerationSettings, Operation } from '../../service/protocol/settings.ts';
import type { RunRow, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import { button } from '../button.ts';
import { element, setHidden, setText } from '../dom.ts';
import type { Readout } from '../readout/readout.ts';
import type { TabName } from '../settings.ts';
import { appRoot, openWebuiTab } from '../webui.ts';
import { measuredInAll } from './accuracy.ts';
import { operationChoice } from './operation-choice.ts';
import { settingsOf } from './operation-settings.ts';
import { part } from './part.ts';
import { watchShown } from './shown.ts';
import { sizesTable } from './sizes-table.ts';

/** What the part reads and sets the controls of a tab by: whatever a readout offers is done the same way. */
export type Controlled = Pick<Readout, 'settings' | 'canTake' | 'take' | 'canUndo' | 'undo'>;

type LargestResult = Extract<AdviceResult, { about: 'largest' }>;

export class WhatFitsPart {
  readonly root: HTMLElement;
  readonly #desk: AdviceDesk;
  readonly #controlled: (tab: TabName) => Controlled;
  readonly #accuracy = element('p', { class: 'headroom-accuracy' });
  readonly #said = element('p', { class: 'headroom-soft', attributes: { role: 'status' } });
  readonly #table = element('div');
  readonly #limit = element('p');
  readonly #done = element('span', { attributes: { role: 'status' } });
  readonly #undo = button('headroom-button', words.UNDO, () => void this.#putBack(), words.ABOUT_UNDO);
  readonly #back = button('headroom-button', words.BACK_TO_TXT2IMG, () => openWebuiTab('txt2img'));
  #operation: Operation = 'txt2img';
  #state: ViewerState | null = null;
  #shown = false;
  #asked = '';
  #connected = false;
  #result: LargestResult | null = null;
  /** What the table was painted of. */
  #painted = '';
  /** Which size was set from here. */
  #set: { readonly tab: TabName; readonly settings: GenerationSettings; readonly cell: number } | null = null;

  /** @param controlled the controls of each tab. */
  constructor(desk: AdviceDesk, controlled: (tab: TabName) => Controlled) {
    this.#desk = desk;
    this.#controlled = controlled;
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
      element('div', { class: 'headroom-buttons' }, [this.#done, this.#undo, this.#back]),
    ]);
    setHidden(this.#accuracy, true);
    setHidden(this.#done, true);
    setHidden(this.#undo, true);
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

  /** The controls may stand otherwise. */
  refresh(): void {
    if (this.#shown) this.#paint();
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

  /** Where the connection broke no answer is to come; over a new one it is asked for anew. */
  connection(connected: boolean): void {
    this.#connected = connected;
    if (connected) this.forgetAsked();
    else if (this.#said.textContent === words.WORKING_IT_OUT) setText(this.#said, words.NO_ANSWER_NOW);
  }

  get #tab(): TabName {
    return this.#operation === 'img2img' ? 'img2img' : 'txt2img';
  }

  /** Where they are of the operation. */
  get #sliders(): RequestedSettings | null {
    const { settings } = this.#controlled(this.#tab);
    return settings?.operation === this.#operation ? settings : null;
  }

  /** Of the operation: the sliders', or usual ones. */
  get #base(): RequestedSettings {
    return settingsOf(this.#operation, this.#sliders, this.#state?.upscalers ?? []);
  }

  /** What a click on a size makes of hires fix; null where it stays as it is. */
  get #turnsHires(): 'on' | 'off' | null {
    const now = this.#controlled(this.#tab).settings;
    if (now === null || (now.hires === null) === (this.#base.hires === null)) return null;
    return now.hires === null ? 'on' : 'off';
  }

  #ask(): void {
    const state = this.#state;
    if (!this.#shown || !this.#connected || state === null) return;
    const { keyHash, calibration, benchmark } = state;
    const subject = JSON.stringify([keyHash, calibration, benchmark.state, this.#operation]);
    if (subject === this.#asked) return;
    this.#asked = subject;
    this.#result = null;
    setText(this.#said, words.WORKING_IT_OUT);
    this.#paint();
    this.#desk.ask('fits', 'largest', this.#base, (result) => this.#show(result));
  }

  #show(result: AdviceResult): void {
    if (result.about === 'nothing') setText(this.#said, words.noAdviceInWords(result));
    if (result.about !== 'largest') return;
    this.#result = result;
    this.#paint();
  }

  #paint(): void {
    const [tab, sliders, result] = [this.#tab, this.#sliders, this.#result];
    const controlled = this.#controlled(tab);
    if (this.#set !== null && !this.#controlled(this.#set.tab).canUndo) this.#set = null;
    const [base, turnsHires] = [this.#base, this.#turnsHires];
    const painted = JSON.stringify([result, sliders, base, turnsHires, this.#set]);
    if (painted === this.#painted) return;
    this.#painted = painted;
    setText(this.#done, this.#set === null ? '' : words.sizeSetInWords(this.#set.tab, this.#set.settings));
    setHidden(this.#done, this.#set === null);
    setHidden(this.#undo, this.#set === null);
    const limitedBy = result?.table.limitedBy ?? null;
    setText(this.#limit, limitedBy === null ? '' : words.edgeInWords(limitedBy));
    if (result === null) return this.#table.replaceChildren();
    const canSet = (settings: GenerationSettings) => controlled.canTake({ kind: 'sliders', settings, times: 1 });
    const set = (settings: GenerationSettings) => void this.#setTo(tab, settings);
    this.#table.replaceChildren(sizesTable(result.table, { tabTitle: tab, sliders, base, turnsHires, canSet, set }));
    const isSettable = this.#table.querySelector('button') !== null;
    setText(
      this.#said,
      [words.ABOUT_WHAT_FITS, ...(isSettable ? [words.clickOnSizeInWords(turnsHires)] : [])].join(' '),
    );
  }

  async #setTo(tab: TabName, settings: GenerationSettings): Promise<void> {
    const cell = this.#cells().findIndex((one) => one.contains(document.activeElement));
    if (!(await this.#controlled(tab).take([{ kind: 'sliders', settings, times: 1 }]))) return;
    this.#set = { tab, settings, cell };
    this.#paint();
    // The table is built anew, without what had the focus.
    this.#undo.focus();
  }

  async #putBack(): Promise<void> {
    const set = this.#set;
    this.#set = null;
    if (set === null) return;
    await this.#controlled(set.tab).undo();
    this.#paint();
    this.#cells()[set.cell]?.querySelector('button')?.focus();
  }

  #cells(): readonly Element[] {
    return [...this.#table.querySelectorAll('tbody td')];
  }
}
