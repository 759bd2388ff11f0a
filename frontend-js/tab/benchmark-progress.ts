/** A benchmark while it runs: how far, what is in hand, how long still, and memory as it moves. */
import type uPlot from 'uplot';
import type { BenchmarkState } from '../../service/protocol/benchmark.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import type { PlotMaker } from './load-uplot.ts';
import { topMiB } from './memory-range.ts';
import { PlotBox } from './plot-box.ts';
import { axis, drawLevel, lineColour, memoryAxis } from './plot-style.ts';
import { spanOf, Trace } from './trace.ts';

const TRACE_HEIGHT_PX = 180;
const TRACE_EVERY_MS = 1000;

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
  readonly #box: PlotBox;
  readonly #trace = new Trace();
  #totalMiB: number | null = null;
  #label: 'VRAM' | 'RAM' = 'VRAM';
  #frame: number | null = null;
  #clock: number | null = null;

  constructor(onCancel: () => void) {
    this.cancel = element('button', {
      class: 'headroom-button',
      text: words.CANCEL,
      attributes: { type: 'button', id: 'headroom_cancel' },
      on: { click: onCancel },
    });
    const plot = element('div', {
      class: 'headroom-plot headroom-trace',
      attributes: { role: 'img', 'aria-label': words.TRACE_LABEL },
    });
    this.#box = new PlotBox(plot, TRACE_HEIGHT_PX);
    this.root = element('div', { class: 'headroom-running' }, [
      this.#run,
      element('div', { class: 'headroom-progress-line' }, [this.#bar, this.#timeLeft]),
      this.#message,
      plot,
      element('div', { class: 'headroom-buttons' }, [this.cancel]),
    ]);
    this.#box.show((UPlot, size) => this.#plot(UPlot, size, plot));
  }

  /** `connected`: what is told is of now. */
  update(benchmark: Extract<BenchmarkState, { state: 'running' }>, label: 'VRAM' | 'RAM', connected: boolean): void {
    this.#label = label;
    // Without readings the trace must move on all the same.
    this.#clock ??= window.setInterval(() => this.#draw(), TRACE_EVERY_MS);
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

  memory(memory: Extract<ToViewerMessage, { type: 'memory' }>): void {
    this.#trace.push(memory.atMs, memory.usedMiB, performance.now());
    this.#totalMiB = memory.totalMiB;
    this.#draw();
  }

  /** The last reading is of before. */
  noReadings(): void {
    this.#trace.breakOff();
    this.#draw();
  }

  /** No benchmark runs. */
  rest(): void {
    if (this.#clock !== null) window.clearInterval(this.#clock);
    this.#clock = null;
  }

  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#box.plot?.setData(this.#trace.columns(performance.now()));
    });
  }

  redraw(): void {
    this.#box.redraw();
  }

  #plot(UPlot: PlotMaker, size: { width: number; height: number }, root: HTMLElement): uPlot {
    const options: uPlot.Options = {
      ...size,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => spanOf(this.#trace.columns(performance.now())[0][0] ?? null) },
        y: { range: (_plot, _low, high) => [0, Math.max(1, topMiB(high ?? 0, this.#totalMiB))] },
      },
      axes: [{ ...axis(root), values: (_plot, splits) => splits.map(words.secondsInWords) }, memoryAxis(root)],
      series: [{}, { stroke: () => lineColour(root, 0), width: 2, points: { show: false } }],
      hooks: {
        draw: [(plot) => this.#totalMiB !== null && drawLevel(plot, root, this.#totalMiB, words.inAll(this.#label))],
      },
    };
    return new UPlot(options, this.#trace.columns(performance.now()), root);
  }
}
