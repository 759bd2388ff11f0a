/** After runs: the plot of one operation at a time, the table, and a way to forget them. */
import type { Operation } from '../../service/protocol/settings.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { element, setHidden } from '../dom.ts';
import type { Curves } from './curve-lines.ts';
import { CurvesPlot } from './curves-plot.ts';
import { ForgetRuns } from './forget-runs.ts';
import { LatestRequest } from './latest-request.ts';
import { RunsTable } from './runs-table.ts';

export class ResultsPart {
  readonly root: HTMLElement;
  readonly #send: (message: ViewerMessage) => void;
  readonly #curvesRequest = new LatestRequest();
  readonly #runsRequest = new LatestRequest();
  readonly #plot = new CurvesPlot();
  readonly #table = new RunsTable();
  readonly #forget: ForgetRuns;
  readonly #forgetImported: ForgetRuns;
  /** Hidden where no estimate can be: a line would say what does not hold. */
  readonly #curves: HTMLElement;
  #operation: Operation = 'txt2img';
  #keyHash: string | null = null;
  #askedFor = '';

  constructor(send: (message: ViewerMessage) => void) {
    this.#send = send;
    const forgetting = (which: 'all' | 'imported') =>
      new ForgetRuns(which, () => {
        if (this.#keyHash !== null) send({ type: 'forget-runs', keyHash: this.#keyHash, which });
      });
    this.#forget = forgetting('all');
    this.#forgetImported = forgetting('imported');
    const choices = Object.entries(words.OPERATION_NAMES).map(([operation, label]) => {
      const input = element('input', {
        attributes: { type: 'radio', name: 'headroom_curves', value: operation },
        on: { change: () => this.#choose(operation as Operation) },
      });
      input.checked = operation === this.#operation;
      return element('label', { class: 'headroom-choice' }, [input, label]);
    });
    this.#curves = element('div', {}, [
      element('h3', { text: words.MEMORY_AGAINST_SIZE }),
      element('fieldset', { class: 'headroom-choices' }, [
        element('legend', { class: 'headroom-only-read', text: words.OPERATION }),
        ...choices,
      ]),
      this.#plot.root,
    ]);
    this.root = element('section', { class: 'headroom-part', attributes: { 'aria-label': words.RESULTS } }, [
      this.#curves,
      element('h3', { text: words.RUNS }),
      this.#table.root,
      element('div', { class: 'headroom-buttons' }, [this.#forget.root, this.#forgetImported.root]),
    ]);
  }

  /** Asks for curves and runs whenever there may be new ones. */
  update(state: ViewerState): void {
    setHidden(this.#curves, state.abilities?.estimate === false);
    this.#table.offer(state.abilities?.benchmark !== false);
    this.#keyHash = state.keyHash;
    this.#forget.update(state.calibration.kept, state.keyHash !== null && state.benchmark.state === 'idle');
    this.#forgetImported.update(state.calibration.imported, state.keyHash !== null);
    const { benchmark } = state;
    const stage = benchmark.state === 'running' ? benchmark.run : 'idle';
    const subject = JSON.stringify([state.keyHash, state.calibration, stage]);
    if (subject === this.#askedFor) return;
    this.#askedFor = subject;
    this.ask();
  }

  ask(): void {
    this.#send({ type: 'curves', requestId: this.#curvesRequest.next(), operation: this.#operation });
    this.#send({ type: 'runs', requestId: this.#runsRequest.next() });
  }

  /** After a break of the connection, the next state asks again. */
  forgetAsked(): void {
    this.#askedFor = '';
  }

  curves(curves: Curves): void {
    if (this.#curvesRequest.isLatest(curves.requestId)) this.#plot.update(curves);
  }

  runs(runs: Extract<ToViewerMessage, { type: 'runs' }>): void {
    if (this.#runsRequest.isLatest(runs.requestId)) this.#table.update(runs.rows, runs.total);
  }

  redraw(): void {
    this.#plot.redraw();
  }

  #choose(operation: Operation): void {
    this.#operation = operation;
    this.#send({ type: 'curves', requestId: this.#curvesRequest.next(), operation });
  }
}
