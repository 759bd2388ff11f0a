/** Has options of the WebUI set, by the shim: whoever asks hears of it. */
import type { OptionSet, OptionValue, SettableOption } from '../service/protocol/options.ts';
import type { ToViewerMessage, ViewerMessage } from '../service/protocol/viewer.ts';

const NO_ANSWER: OptionSet = { ok: false, reason: 'no-webui' };

interface OptionDeskOptions {
  /** False where there is nobody to send to. */
  readonly send: (message: ViewerMessage) => boolean;
  /** Has the page show what was set. */
  readonly show: (name: SettableOption, value: OptionValue) => Promise<void>;
}

export class OptionDesk {
  readonly #options: OptionDeskOptions;
  readonly #asked = new Map<number, (result: OptionSet) => void>();
  #requestId = 0;

  constructor(options: OptionDeskOptions) {
    this.#options = options;
  }

  /** @param expected only where that is what stands there; null: whatever does. */
  async set(name: SettableOption, value: OptionValue, expected: OptionValue | null = null): Promise<OptionSet> {
    const result = await this.#ask(name, value, expected);
    if (result.ok) await this.#options.show(name, value);
    return result;
  }

  accept({ requestId, result }: Extract<ToViewerMessage, { type: 'option-set' }>): void {
    this.#asked.get(requestId)?.(result);
    this.#asked.delete(requestId);
  }

  /** After a break of the connection: nobody will answer what was asked before it. */
  forget(): void {
    for (const answer of this.#asked.values()) answer(NO_ANSWER);
    this.#asked.clear();
  }

  #ask(name: SettableOption, value: OptionValue, expected: OptionValue | null): Promise<OptionSet> {
    this.#requestId += 1;
    const requestId = this.#requestId;
    return new Promise((resolve) => {
      this.#asked.set(requestId, resolve);
      if (this.#options.send({ type: 'set-option', requestId, name, value, expected })) return;
      this.#asked.delete(requestId);
      resolve(NO_ANSWER);
    });
  }
}
