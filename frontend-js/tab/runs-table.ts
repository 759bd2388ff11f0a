/** The runs behind the estimates, newest first, each with its estimate; those under caps are folded away. */
import type { RunRow } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { lastInWords, offBy } from './accuracy.ts';
import { scrollBox } from './table.ts';

const TONES: Readonly<Record<RunRow['outcome'], string>> = {
  ok: 'good',
  oom: 'bad',
  interrupted: 'neutral',
  failed: 'bad',
};
const OUTCOME_COLUMN = 3;
const CAPPED_ID = 'headroom_capped_runs';

function rowOf(row: RunRow): HTMLElement {
  const texts = [
    words.whenInWords(row),
    words.OPERATION_NAMES[row.settings.operation],
    words.formatSettings(row.settings),
    words.outcomeInWords(row),
    row.capMiB === null ? words.formatMaybeMiB(row.estimatedWebuiPeakMiB, words.NO_ESTIMATE) : '',
    words.measuredInWords(row),
    offBy(row) ?? '',
    row.durationMs === null ? '' : words.formatDuration(row.durationMs),
    words.countsInWords(row),
  ];
  return element(
    'tr',
    { attributes: { 'data-tone': row.capMiB === null ? TONES[row.outcome] : 'neutral' } },
    texts.map((text, index) =>
      element('td', { text, ...(index === OUTCOME_COLUMN ? { class: 'headroom-outcome' } : {}) }),
    ),
  );
}

export class RunsTable {
  readonly root: HTMLElement;
  readonly #caption = element('caption');
  readonly #body = element('tbody');
  readonly #capped = element('tbody', { attributes: { id: CAPPED_ID } });
  readonly #scroll: HTMLElement;
  readonly #about = element('p', { class: 'headroom-empty', text: words.ABOUT_CAPS });
  readonly #unfold = button('headroom-button', '', () => this.#fold(!this.#folded));
  readonly #last = element('p', { class: 'headroom-empty' });
  readonly #empty = element('p', { class: 'headroom-empty' });
  #cappedRuns = 0;
  #folded = true;

  constructor() {
    const head = element('thead', {}, [
      element(
        'tr',
        {},
        words.RUN_HEADINGS.map((text) => element('th', { text, attributes: { scope: 'col' } })),
      ),
    ]);
    const table = element('table', { class: 'headroom-table headroom-runs' }, [
      this.#caption,
      head,
      this.#body,
      this.#capped,
    ]);
    this.#scroll = scrollBox(words.TABLE_OF_RUNS, table);
    setAttribute(this.#unfold, 'aria-controls', CAPPED_ID);
    const unfold = element('p', {}, [this.#unfold]);
    this.root = element('div', {}, [this.#empty, this.#last, this.#scroll, unfold, this.#about]);
    this.offer(true);
    this.update([], 0);
  }

  /** Whether a benchmark would bring some: an empty table says what does. */
  offer(benchmark: boolean): void {
    setText(this.#empty, benchmark ? `${words.NO_RUNS} ${words.WHAT_BRINGS_RUNS}` : words.NO_RUNS);
  }

  /** `total` counts the runs that did not come over the wire too. */
  update(rows: readonly RunRow[], total: number): void {
    const capped = rows.filter(({ capMiB }) => capMiB !== null);
    this.#cappedRuns = capped.length;
    setHidden(this.#empty, rows.length > 0);
    setHidden(this.#scroll, rows.length === 0);
    setText(this.#last, lastInWords(rows));
    setText(this.#caption, words.captionOfRuns(rows.length, total));
    this.#body.replaceChildren(...rows.filter(({ capMiB }) => capMiB === null).map(rowOf));
    this.#capped.replaceChildren(...capped.map(rowOf));
    this.#fold(this.#folded);
  }

  #fold(folded: boolean): void {
    this.#folded = folded;
    setHidden(this.#capped, folded);
    setHidden(this.#unfold, this.#cappedRuns === 0);
    setHidden(this.#about, folded || this.#cappedRuns === 0);
    setText(this.#unfold, words.cappedInWords(this.#cappedRuns, folded));
    setAttribute(this.#unfold, 'aria-expanded', String(!folded));
  }
}
