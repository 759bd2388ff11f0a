/** The benchmark's part of the tab: the form while idle, the progress while it runs. */
import type { BenchmarkOptions, BenchmarkState } from '../../service/protocol/benchmark.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { BenchmarkForm } from './benchmark-form.ts';
import { BenchmarkProgress } from './benchmark-progress.ts';
import { LatestRequest } from './latest-request.ts';
import { part } from './part.ts';

const PLAN_REST_MS = 150;

type Result = 'finished' | 'cancelled' | 'interrupted' | 'failed';
const TONES: Readonly<Record<Result, string>> = {
  finished: 'good',
  cancelled: 'neutral',
  interrupted: 'close',
  failed: 'bad',
};

export class BenchmarkPart {
  readonly root: HTMLElement;
  readonly #send: (message: ViewerMessage) => void;
  readonly #give: (message: ViewerMessage) => void;
  readonly #planRequest = new LatestRequest();
  readonly #form: BenchmarkForm;
  readonly #progress: BenchmarkProgress;
  readonly #last = element('p', { class: 'headroom-last' });
  readonly #about = element('p', {
    class: 'headroom-soft',
    text: words.ABOUT_THE_BENCHMARK,
  });
  readonly #why = element('p', { class: 'headroom-why' });
  #asked = '';
  #planTimer: number | null = null;

  /** How the benchmark before the last order ended: old news, whatever becomes of the order. */
  #read: BenchmarkState | null = null;
  #benchmark: BenchmarkState | null = null;
  #defaults: BenchmarkOptions | null = null;

  /** `give` sends what a person has decided, once anything said about the last order is taken away. */
  constructor(send: (message: ViewerMessage) => void, give: (message: ViewerMessage) => void) {
    this.#send = send;
    this.#give = give;
    const order = (message: ViewerMessage) => this.#order(message);
    this.#form = new BenchmarkForm({
      onChoice: () => this.#askPlanSoon(),
      onStart: (options) => order({ type: 'benchmark-start', options }),
      onResume: () => order({ type: 'benchmark-resume' }),
      onStartOver: (options) => {
        order({ type: 'benchmark-discard' });
        order({ type: 'benchmark-start', options });
      },
      onProbe: () => this.start('probe'),
    });
    this.#progress = new BenchmarkProgress(() => order({ type: 'benchmark-cancel' }));
    this.root = part('benchmark', words.BENCHMARK, [
      this.#about,
      this.#why,
      this.#last,
      this.#form.root,
      this.#progress.root,
    ]);
  }

  /** `connected`: nothing stands between page and sidecar. */
  update(benchmark: BenchmarkState, state: ViewerState, connected: boolean): void {
    const running = benchmark.state === 'running';
    const refused = state.abilities?.benchmark === false;
    setHidden(this.#about, refused);
    setHidden(this.#why, !refused);
    const why = refused ? (state.abilities?.why ?? null) : null;
    setText(this.#why, why === null ? '' : words.inabilityInWords(why));
    // Before it is hidden with its button.
    const focused = this.root.contains(document.activeElement) && (running || refused) !== this.#form.root.hidden;
    setHidden(this.#form.root, running || refused);
    setHidden(this.#progress.root, !running);
    this.#benchmark = benchmark;
    if (running) this.#read = null;
    setHidden(
      this.#last,
      running || benchmark.last === null || JSON.stringify(benchmark) === JSON.stringify(this.#read),
    );
    if (benchmark.state === 'running') {
      this.#progress.update(benchmark, connected);
      if (focused) this.#progress.cancel.focus();
      return;
    }
    setText(this.#last, benchmark.last === null ? '' : words.endingInWords(benchmark.last.ending));
    setAttribute(this.#last, 'data-tone', benchmark.last === null ? null : TONES[benchmark.last.result]);
    const ready = connected && state.environment !== null && !refused;
    this.#defaults = state.defaults;
    this.#form.update(benchmark, state.defaults, ready, state.calibration.state === 'unmeasured');
    if (focused) this.#form.focus();
    // What the plan depends on besides the choice itself.
    const subject = JSON.stringify([ready, state.keyHash, state.calibration.runs, this.#form.options()]);
    if (subject !== this.#asked) this.#askPlan();
    this.#asked = subject;
  }

  /** With the options that a benchmark would have by itself; `probe`: two small runs. */
  start(budget: 'probe' | 'default'): void {
    if (this.#defaults !== null) this.#order({ type: 'benchmark-start', options: { ...this.#defaults, budget } });
  }

  #order(message: ViewerMessage): void {
    this.#read = this.#benchmark;
    setHidden(this.#last, true);
    this.#give(message);
  }

  plan(plan: Extract<ToViewerMessage, { type: 'benchmark-plan' }>): void {
    if (this.#planRequest.isLatest(plan.requestId)) this.#form.plan(plan);
  }

  forgetAsked(): void {
    this.#asked = '';
  }

  /** Once the choice has rested: a slider that is dragged changes more often than the sidecar listens. */
  #askPlanSoon(): void {
    if (this.#planTimer !== null) window.clearTimeout(this.#planTimer);
    this.#planTimer = window.setTimeout(() => this.#askPlan(), PLAN_REST_MS);
  }

  #askPlan(): void {
    const options = this.#form.choice();
    this.#form.plan(null);
    if (options !== null) this.#send({ type: 'benchmark-plan', requestId: this.#planRequest.next(), options });
  }
}
