/** The runs behind the estimates, newest first, with what was estimated before each. */
import type { RunRow } from '../../service/protocol/viewer.ts';
import { element, setHidden, setText } from '../dom.ts';
import { formatDuration, formatMaybeMiB, formatSettings, OPERATION_NAMES } from '../format.ts';
import { lastInWords, measuredInWords, offByInWords, outcomeInWords } from './wording.ts';

const NO_RUNS = 'No runs yet.';
const WHAT_BRINGS_RUNS = 'Run the benchmark; your own generations are added as you make them.';
const HEADINGS = [
  'When',
  'Operation',
  'Settings',
  'Outcome',
  'Estimated peak',
  'Measured peak',
  'Off by',
  'Took',
  'Not used because',
];
const TONES: Readonly<Record<RunRow['outcome'], string>> = {
  ok: 'good',
  oom: 'bad',
  interrupted: 'neutral',
  failed: 'bad',
};

function cells(row: RunRow): HTMLElement[] {
  const texts = [
    `${new Date(row.startedAtMs).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })}${row.imported ? ', imported' : ''}`,
    OPERATION_NAMES[row.settings.operation],
    formatSettings(row.settings),
    outcomeInWords(row),
    row.capMiB === null ? formatMaybeMiB(row.estimatedWebuiPeakMiB, 'none') : '',
    measuredInWords(row),
    offByInWords(row),
    row.durationMs === null ? '' : formatDuration(row.durationMs),
    row.marks.join(', '),
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
    text: '"ran within" and "needs more than": the benchmark gave these runs less memory on purpose, to find the least that is enough.',
  });
  readonly #last = element('p', { class: 'headroom-empty' });
  readonly #empty = element('p', { class: 'headroom-empty' });

  constructor() {
    const head = element('thead', {}, [
      element(
        'tr',
        {},
        HEADINGS.map((text) => element('th', { text, attributes: { scope: 'col' } })),
      ),
    ]);
    // Focusable, so that it can be scrolled by keyboard.
    this.#scroll = element(
      'div',
      { class: 'headroom-scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': 'Table of runs' } },
      [element('table', { class: 'headroom-table' }, [this.#caption, head, this.#body])],
    );
    this.root = element('div', {}, [this.#empty, this.#last, this.#scroll, this.#capped]);
    this.offer(true);
    this.update([], 0);
  }

  /** Whether a benchmark would bring some: an empty table says what does. */
  offer(benchmark: boolean): void {
    setText(this.#empty, benchmark ? `${NO_RUNS} ${WHAT_BRINGS_RUNS}` : NO_RUNS);
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
    const count =
      rows.length < total ? `The newest ${rows.length} of ${total} runs` : `${total} ${total === 1 ? 'run' : 'runs'}`;
    setText(this.#caption, `${count}; peaks are of the WebUI's own memory, without what others use`);
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
