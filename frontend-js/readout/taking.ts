/** Does what a readout offers, and can put back what was there before. */
import type { OptionValue, SettableOption } from '../../service/protocol/options.ts';
import * as words from '../../service/words/index.ts';
import { apply } from '../apply.ts';
import type { Move } from '../moves.ts';
import type { OptionDesk } from '../option-desk.ts';
import type { TabName } from '../settings.ts';

type Undo = () => Promise<void>;

interface WantedOption {
  readonly name: SettableOption;
  readonly value: OptionValue;
}

export interface TakingOptions {
  readonly tab: TabName;
  readonly desk: OptionDesk;
  /** The settings as the controls stand at this moment, as text. */
  readonly look: () => string;
  readonly onChange: () => void;
}

export class Taking {
  readonly #options: TakingOptions;
  /** `settings`: what was taken is there as long as these are; null: it hangs on no slider. */
  #taken: { readonly settings: string | null; readonly undo: Undo } | null = null;
  #said: string | null = null;

  constructor(options: TakingOptions) {
    this.#options = options;
  }

  get canUndo(): boolean {
    return this.#taken !== null;
  }

  /** How it goes, or why it went wrong; null where there is nothing to say. */
  get said(): string | null {
    return this.#said;
  }

  /** The controls stand otherwise. */
  moved(settings: string): void {
    this.#said = null;
    const of = this.#taken?.settings ?? null;
    if (of !== null && of !== settings) this.#taken = null;
  }

  /**
   * Sets the options, then moves the sliders. Where an option cannot be set nothing more is done, and what was done is
   * put back.
   * @returns whether all of it is done.
   */
  async take(options: readonly WantedOption[], moves: readonly Move[]): Promise<boolean> {
    const undos: Undo[] = [];
    const undo = async (): Promise<void> => {
      for (const one of undos) await one();
    };
    for (const { name, value } of options) {
      const was = await this.#setOption(name, value, null);
      if (was === null) {
        const why = this.#said;
        await undo();
        this.#say(why);
        return false;
      }
      undos.unshift(async () => {
        await this.#setOption(name, was, value);
      });
    }
    if (moves.length > 0) undos.unshift(await apply(this.#options.tab, moves));
    this.#taken = { settings: moves.length > 0 ? this.#options.look() : null, undo };
    this.#say(null);
    return true;
  }

  async undo(): Promise<void> {
    const taken = this.#taken;
    this.#taken = null;
    await taken?.undo();
    this.#options.look();
    this.#options.onChange();
  }

  /** @returns what stood there; null where it could not be set. */
  async #setOption(
    name: SettableOption,
    value: OptionValue,
    expected: OptionValue | null,
  ): Promise<OptionValue | null> {
    this.#say(words.SETTING_THE_OPTION);
    const result = await this.#options.desk.set(name, value, expected);
    this.#say(result.ok ? null : words.optionNotSetInWords(result.reason));
    return result.ok ? result.was : null;
  }

  #say(text: string | null): void {
    this.#said = text;
    this.#options.onChange();
  }
}
