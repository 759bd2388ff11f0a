/** The tab's first part: who has what of the device's memory, the last run, and how it went in the last minutes. */
import type { Holders } from '../../../service/protocol/holders.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../../../service/protocol/viewer.ts';
import * as words from '../../../service/words/index.ts';
import { element, setHidden, setText } from '../../dom.ts';
import { part } from '../part.ts';
import { watchShown } from '../shown.ts';
import { Minutes } from './minutes.ts';
import { Pressure } from './pressure.ts';
import { segmentsOf, type Segment } from './segments.ts';

const UNKNOWN = { usedMiB: null, totalMiB: null, webuiMiB: null, othersMiB: null };
/** Without news the plot moves on all the same. */
const MOVE_ON_MS = 2_000;

export class NowPart {
  readonly root: HTMLElement;
  readonly #send: (message: ViewerMessage) => void;
  readonly #used = element('p', { class: 'headroom-used' });
  readonly #bar = element('div', { class: 'headroom-strip', attributes: { 'aria-hidden': 'true' } });
  readonly #list = element('ul', { class: 'headroom-holders', attributes: { 'aria-label': words.WHO_HAS_WHAT } });
  readonly #last = element('p', { class: 'headroom-soft' });
  readonly #marks = element('p', { class: 'headroom-soft', text: words.ABOUT_MARKS });
  readonly #minutes = new Minutes();
  readonly #pressure = new Pressure(this.#minutes);
  #usableMiB: number | null = null;
  #shown = false;
  #clock: number | null = null;
  #painted = '';
  /** What is shown as in use is of now. */
  #current = false;

  constructor(send: (message: ViewerMessage) => void) {
    this.#send = send;
    this.root = part('now', words.NOW, [
      this.#used,
      this.#bar,
      this.#list,
      this.#last,
      element('p', { class: 'headroom-plot-title', text: words.LAST_MINUTES }),
      this.#pressure.root,
      this.#marks,
    ]);
    this.#paint(null);
    watchShown(this.root, (shown) => this.#watch(shown));
  }

  /** After a new connection the sidecar on the other side does not know that it is watched. */
  forgetAsked(): void {
    if (this.#shown) this.#send({ type: 'watch', shown: true });
  }

  /** Until the first reading: what the state itself tells. */
  update({ device, source }: Pick<ViewerState, 'device' | 'source'>): void {
    if (this.#current || source.health !== 'ok') return;
    const { usedMiB, totalMiB } = device ?? UNKNOWN;
    setText(this.#used, words.memoryInWords({ ...UNKNOWN, usedMiB, totalMiB }));
  }

  memory(memory: Parameters<typeof words.memoryInWords>[0]): void {
    this.#current = true;
    setText(this.#used, words.memoryInWords(memory));
  }

  live(news: Extract<ToViewerMessage, { type: 'live' }>): void {
    this.#usableMiB = news.holders.usableMiB;
    this.#minutes.take(news, performance.now());
    this.#paint(news.holders);
    this.#pressure.draw(this.#usableMiB);
  }

  /** Nothing can be read any more: neither how much nor by whom. */
  noReadings(): void {
    this.#current = false;
    setText(this.#used, words.memoryInWords(UNKNOWN));
    this.#paint(null);
  }

  redraw(): void {
    this.#pressure.redraw();
  }

  /** Told by the sidecar only while it is seen. */
  #watch(shown: boolean): void {
    this.#shown = shown;
    this.#send({ type: 'watch', shown });
    if (this.#clock !== null) window.clearInterval(this.#clock);
    this.#clock = shown ? window.setInterval(() => this.#pressure.draw(this.#usableMiB), MOVE_ON_MS) : null;
  }

  #paint(holders: Holders | null): void {
    const segments = holders === null || holders.usedMiB === null ? [] : segmentsOf(holders);
    // One under a cap was made to find the least that is enough: that it failed is no accident.
    const last = this.#minutes.runs.findLast(({ capMiB }) => capMiB === null);
    setText(this.#last, last === undefined ? '' : words.lastRunInWords(last));
    setHidden(this.#last, last === undefined);
    setHidden(this.#marks, last === undefined);
    const painted = JSON.stringify([segments, holders?.usableMiB]);
    if (painted === this.#painted) return;
    this.#painted = painted;
    const usableMiB = holders?.usableMiB ?? null;
    const sumMiB = segments.reduce((sum, { usedMiB }) => sum + (usedMiB ?? 0), 0);
    const wholeMiB = Math.max(usableMiB ?? 0, sumMiB, 1);
    this.#bar.replaceChildren(...segments.map((segment) => piece(segment, wholeMiB)));
    const free =
      usableMiB === null || segments.length === 0 ? null : words.freeInWords(Math.max(0, usableMiB - sumMiB));
    this.#list.replaceChildren(
      ...segments.map((segment) =>
        element('li', { text: words.holderShare(segment.name, segment.usedMiB), attributes: holderOf(segment) }),
      ),
      ...(free === null ? [] : [element('li', { text: free, attributes: { 'data-holder': 'free' } })]),
    );
    setHidden(this.#list, segments.length === 0);
  }
}

function holderOf({ holder }: Segment): Record<string, string> {
  return { 'data-holder': holder };
}

function piece(segment: Segment, wholeMiB: number): HTMLElement {
  const node = element('span', { attributes: holderOf(segment) });
  node.style.width = `${((segment.usedMiB ?? 0) / wholeMiB) * 100}%`;
  return node;
}
