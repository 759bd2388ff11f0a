/** The runs behind the estimates, newest first, with what was estimated before each. */
import type { RunRow } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { element, setHidden, setText } from '../dom.ts';
import { lastInWords, offBy } from './accuracy.ts';

const TONES: Readonly<Record<RunRow['outcome'], string>> = {
  ok: 'good',
  oom: 'bad',
  interrupted: 'neutral',
  failed: 'bad',
};

function cells(row: RunRow): HTMLElement[] {
  const texts = [
    words.whenInWords(row),
    words.OPERATION_NAMES[row.settings.operation],
    words.formatSettings(row.settings),
    words.outcomeInWords(row),
    row.capMiB === null ? words.formatMaybeMiB(row.estimatedWebuiPeakMiB, words.NO_ESTIMATE) : '',
    words.measuredInWords(row),
    offBy(row) ?? '',
    row.durationMs === null ? '' : words.formatDuration(row.durationMs),
    row.marks.map((mark) => words.MARK_NAMES[mark]).join(', '),
  ];
  return texts.map((text, index) => element('td', { text, ...(index === 3 ? { class: 'headroom-outcome' } : {}) }));
}

export class RunsTable {
  readonly root: HTMLElement;
  readonly #caption = element('caption');
  readonly #body = element('tbody');
  readonly #scroll: HTMLElement;
  readonly #capped = element('p', {
    class: 'headroom-empty',
    text: words.ABOUT_CAPS,
  });
  readonly #last = element('p', { class: 'headroom-empty' });
  readonly #empty = element('p', { class: 'headroom-empty' });

  constructor() {
    const head = element('thead', {}, [
      element(
        'tr',
        {},
        words.RUN_HEADINGS.map((text) => element('th', { text, attributes: { scope: 'col' } })),
      ),
    ]);
    // Focusable, so that it can be scrolled by keyboard.
    this.#scroll = element(
      'div',
      { class: 'headroom-scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': words.TABLE_OF_RUNS } },
      [element('table', { class: 'headroom-table' }, [this.#caption, head, this.#body])],
    );
    this.root = element('div', {}, [this.#empty, this.#last, this.#scroll, this.#capped]);
    this.offer(true);
    this.update([], 0);
  }

  /** Whether a benchmark would bring some: an empty table says what does. */
  offer(benchmark: boolean): void {
    setText(this.#empty, benchmark ? `${words.NO_RUNS} ${words.WHAT_BRINGS_RUNS}` : words.NO_RUNS);
  }

  /** `total` counts the runs that did not come over the wire too. */
  update(rows: readonly RunRow[], total: number): void {
    setHidden(this.#empty, rows.length > 0);
    setHidden(this.#scroll, rows.length === 0);
    setHidden(
      this.#capped,
      rows.every((row) => row.capMiB === null),
    );
    setText(this.#last, lastInWords(rows));
    setText(this.#caption, words.captionOfRuns(rows.length, total));
    this.#body.replaceChildren(
      ...rows.map((row) =>
        element(
          'tr',
          { attributes: { 'data-tone': row.capMiB === null ? TONES[row.outcome] : 'neutral' } },
          cells(row),
        ),
      ),
    );
  }
}
