/** A benchmark while it runs: how far, what is in hand, and how long still. */
import type { BenchmarkState } from '../../service/protocol/benchmark.ts';
import * as words from '../../service/words/index.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';

export class BenchmarkProgress {
  readonly root: HTMLElement;
  readonly cancel: HTMLButtonElement;
  readonly #filled = element('span');
  readonly #bar = element(
    'div',
    { class: 'headroom-progress', attributes: { role: 'progressbar', 'aria-labelledby': 'headroom_run_in_hand' } },
    [this.#filled],
  );
  readonly #run = element('p', { class: 'headroom-run', attributes: { id: 'headroom_run_in_hand', role: 'status' } });
  readonly #timeLeft = element('span', { class: 'headroom-time-left' });
  readonly #message = element('p', { class: 'headroom-soft' });

  constructor(onCancel: () => void) {
    this.cancel = element('button', {
      class: 'headroom-button',
      text: words.CANCEL,
      attributes: { type: 'button', id: 'headroom_cancel' },
      on: { click: onCancel },
    });
    this.root = element('div', { class: 'headroom-running' }, [
      this.#run,
      element('div', { class: 'headroom-progress-line' }, [this.#bar, this.#timeLeft]),
      this.#message,
      element('div', { class: 'headroom-buttons' }, [this.cancel]),
    ]);
  }

  /** `connected`: what is told is of now. */
  update(benchmark: Extract<BenchmarkState, { state: 'running' }>, connected: boolean): void {
    setText(this.#run, words.runInHand(benchmark, !connected));
    setText(this.#timeLeft, connected ? words.timeLeftInWords(benchmark.timeLeftMs) : '');
    const doing = words.doingInWords(benchmark.doing);
    setText(this.#message, doing);
    setHidden(this.#message, doing === '');
    // The run in hand is not done yet.
    const done = Math.max(0, benchmark.run - 1);
    setAttribute(this.#bar, 'aria-valuemax', String(benchmark.runsPlanned));
    setAttribute(this.#bar, 'aria-valuenow', String(done));
    this.#filled.style.width = `${(done / Math.max(1, benchmark.runsPlanned)) * 100}%`;
  }
}
