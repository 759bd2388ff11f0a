/** What a person chooses before Run Benchmark, and the buttons that begin one. */
import type { Operation } from '../../service/protocol/settings.ts';
import type { BenchmarkOptions, BenchmarkState, Budget } from '../../service/protocol/benchmark.ts';
import * as words from '../../service/words/index.ts';
import { element, setHidden, setText } from '../dom.ts';
import { SliderField } from './slider-field.ts';

export interface BenchmarkFormOptions {
  /** The choice has changed and is complete. */
  onChoice: (options: BenchmarkOptions) => void;
  onStart: (options: BenchmarkOptions) => void;
  onResume: () => void;
  onStartOver: (options: BenchmarkOptions) => void;
  onProbe: () => void;
}

function choice(
  type: 'checkbox' | 'radio',
  name: string,
  value: string,
  label: string,
): { input: HTMLInputElement; root: HTMLElement } {
  const input = element('input', { attributes: { type, name, value } });
  return { input, root: element('label', { class: 'headroom-choice' }, [input, label]) };
}

function button(id: string, text: string, click: () => void): HTMLButtonElement {
  return element('button', { class: 'headroom-button', text, attributes: { type: 'button', id }, on: { click } });
}

export class BenchmarkForm {
  readonly root: HTMLElement;
  readonly #callbacks: BenchmarkFormOptions;
  readonly #size: SliderField;
  readonly #batch: SliderField;
  readonly #operations = new Map<Operation, HTMLInputElement>();
  readonly #budgets = new Map<Budget, HTMLInputElement>();
  readonly #plan = element('p', { class: 'headroom-plan', attributes: { role: 'status' } });
  readonly #resumeText = element('p');
  readonly #run: HTMLButtonElement;
  readonly #resume: HTMLButtonElement;
  readonly #probe: HTMLButtonElement;
  #touched = false;
  #resumable = false;
  #ready = false;

  constructor(callbacks: BenchmarkFormOptions) {
    this.#callbacks = callbacks;
    const onChange = () => this.#changed();
    this.#size = new SliderField({
      id: 'headroom_max_size',
      label: words.MAX_IMAGE_SIZE,
      min: 256,
      max: 2048,
      step: 64,
      onChange,
    });
    this.#batch = new SliderField({
      id: 'headroom_max_batch',
      label: words.MAX_BATCH_SIZE,
      min: 1,
      max: 16,
      step: 1,
      onChange,
    });
    const operations = Object.entries(words.OPERATION_NAMES).map(([operation, label]) => {
      const { input, root } = choice('checkbox', 'headroom_operation', operation, label);
      this.#operations.set(operation as Operation, input);
      return root;
    });
    const budgets = Object.entries(words.BUDGET_NAMES).map(([budget, label]) => {
      const { input, root } = choice('radio', 'headroom_budget', budget, label);
      this.#budgets.set(budget as Budget, input);
      return root;
    });
    this.#run = element('button', {
      class: 'headroom-button headroom-primary',
      text: words.RUN_BENCHMARK,
      attributes: { type: 'submit', id: 'headroom_run' },
    });
    this.#resume = button('headroom_resume', words.GO_ON, () => this.#callbacks.onResume());
    this.#resume.classList.add('headroom-primary');
    this.#probe = button('headroom_probe', words.MEASURE_THIS_CARD, () => this.#callbacks.onProbe());
    this.root = element(
      'form',
      { class: 'headroom-form', on: { change: onChange, submit: (event) => this.#submit(event) } },
      [
        this.#resumeText,
        element('div', { class: 'headroom-sliders' }, [this.#size.root, this.#batch.root]),
        element('fieldset', { class: 'headroom-choices' }, [
          element('legend', { text: words.OPERATIONS }),
          ...operations,
        ]),
        element('fieldset', { class: 'headroom-choices' }, [
          element('legend', { text: words.HOW_MANY_RUNS }),
          ...budgets,
        ]),
        this.#plan,
        element('div', { class: 'headroom-buttons' }, [this.#resume, this.#run, this.#probe]),
      ],
    );
  }

  /** What a plan can be asked for: null while no operation is chosen or nobody is there to run it. */
  choice(): BenchmarkOptions | null {
    return this.#ready ? this.options() : null;
  }

  /** Null while no operation is chosen. */
  options(): BenchmarkOptions | null {
    const operations = [...this.#operations].filter(([, input]) => input.checked).map(([operation]) => operation);
    const budget = [...this.#budgets].find(([, input]) => input.checked)?.[0] ?? 'default';
    if (operations.length === 0) return null;
    return { maxSizePx: this.#size.value, maxBatchSize: this.#batch.value, operations, budget };
  }

  /**
   * `ready`: there is somebody to run it. The person's own choice is never overwritten.
   * @param offersProbe nothing was measured that the estimates rest on.
   */
  update(
    benchmark: Extract<BenchmarkState, { state: 'idle' }>,
    defaults: BenchmarkOptions,
    ready: boolean,
    offersProbe: boolean,
  ): void {
    this.#resumable = benchmark.resumable !== null;
    this.#ready = ready;
    if (!this.#touched) this.#fill(benchmark.resumable?.options ?? defaults);
    setHidden(this.#resume, !this.#resumable);
    setHidden(this.#resumeText, !this.#resumable);
    if (benchmark.resumable !== null) {
      setText(this.#resumeText, words.resumableInWords(benchmark.resumable));
    }
    setText(this.#run, this.#resumable ? words.START_OVER : words.RUN_BENCHMARK);
    this.#run.classList.toggle('headroom-primary', !this.#resumable);
    this.#run.disabled = !ready || this.options() === null;
    this.#resume.disabled = !ready;
    setHidden(this.#probe, !offersProbe);
    this.#probe.disabled = !ready;
  }

  focus(): void {
    (this.#resumable ? this.#resume : this.#run).focus();
  }

  /** Null while the answer is to come. */
  plan(plan: { runs: number; minutes: number | null } | null): void {
    if (!this.#ready) setText(this.#plan, words.NOBODY_RUNS_IT);
    else if (this.options() === null) setText(this.#plan, words.CHOOSE_AN_OPERATION);
    else setText(this.#plan, plan === null ? words.COUNTING_THE_RUNS : words.planInWords(plan.runs, plan.minutes));
  }

  #fill(options: BenchmarkOptions): void {
    this.#size.set(options.maxSizePx);
    this.#batch.set(options.maxBatchSize);
    for (const [operation, input] of this.#operations) input.checked = options.operations.includes(operation);
    for (const [budget, input] of this.#budgets) input.checked = budget === options.budget;
  }

  #changed(): void {
    this.#touched = true;
    const options = this.options();
    this.#run.disabled = !this.#ready || options === null;
    this.plan(null);
    if (options !== null) this.#callbacks.onChoice(options);
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const options = this.options();
    if (options === null || this.#run.disabled) return;
    if (this.#resumable) this.#callbacks.onStartOver(options);
    else this.#callbacks.onStart(options);
  }
}
