/** The tab's part for runs: their table, a file of it, and a way to forget them. */
import type { RunRow, ToViewerMessage, ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element, setHidden } from '../dom.ts';
import { ForgetRuns } from './forget-runs.ts';
import { LatestRequest } from './latest-request.ts';
import { part } from './part.ts';
import { csvOf } from './runs-csv.ts';
import { RunsTable } from './runs-table.ts';

export class RunsPart {
  readonly root: HTMLElement;
  readonly #send: (message: ViewerMessage) => void;
  readonly #request = new LatestRequest();
  readonly #table = new RunsTable();
  readonly #save = button('headroom-button', words.SAVE_RUNS, () => saveAs('headroom-runs.csv', csvOf(this.#rows)));
  readonly #forget: ForgetRuns;
  readonly #forgetImported: ForgetRuns;
  #rows: readonly RunRow[] = [];
  #keyHash: string | null = null;
  #askedFor = '';

  /** @param order sends what a person has decided. */
  constructor(send: (message: ViewerMessage) => void, order: (message: ViewerMessage) => void) {
    this.#send = send;
    const forgetting = (which: 'all' | 'imported') =>
      new ForgetRuns(which, () => {
        if (this.#keyHash !== null) order({ type: 'forget-runs', keyHash: this.#keyHash, which });
      });
    this.#forget = forgetting('all');
    this.#forgetImported = forgetting('imported');
    this.root = part('runs', words.RUNS, [
      this.#table.root,
      element('div', { class: 'headroom-buttons' }, [this.#save, this.#forget.root, this.#forgetImported.root]),
    ]);
    setHidden(this.#save, true);
  }

  /** `subject`: what there may be new runs of. */
  update(state: ViewerState, subject: string): void {
    this.#table.offer(state.abilities?.benchmark !== false);
    this.#keyHash = state.keyHash;
    this.#forget.update(state.calibration.kept, state.keyHash !== null && state.benchmark.state === 'idle');
    this.#forgetImported.update(state.calibration.imported, state.keyHash !== null);
    if (subject === this.#askedFor) return;
    this.#askedFor = subject;
    this.#send({ type: 'runs', requestId: this.#request.next() });
  }

  /** After a break of the connection, the next state asks again. */
  forgetAsked(): void {
    this.#askedFor = '';
  }

  /** @returns whether they are what was asked for last. */
  runs({ requestId, rows, total }: Extract<ToViewerMessage, { type: 'runs' }>): boolean {
    if (!this.#request.isLatest(requestId)) return false;
    this.#rows = rows;
    setHidden(this.#save, rows.length === 0);
    this.#table.update(rows, total);
    return true;
  }
}

function saveAs(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  element('a', { attributes: { href: address, download: name } }).click();
  URL.revokeObjectURL(address);
}
