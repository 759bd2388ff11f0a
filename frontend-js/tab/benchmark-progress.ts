/** A benchmark while it runs: how far, what is in hand, how long still, and memory as it moves. */
import uPlot from 'uplot';
import type { BenchmarkState, ToViewerMessage } from '../../service/protocol/viewer.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { PlotBox } from './plot-box.ts';
import { axis, drawLevel, lineColour, memoryAxis } from './plot-style.ts';
import { Trace } from './trace.ts';
import { runInHand, timeLeftInWords } from './wording.ts';

const TRACE_HEIGHT_PX = 180;
const ABOVE_TOTAL = 1.05;

export class BenchmarkProgress {
  readonly root: HTMLElement;
  readonly cancel: HTMLButtonElement;
  readonly #filled = element('span');
  readonly #bar = element('div', { class: 'headroom-progress', attributes: { role: 'progressbar', 'aria-labelledby': 'headroom_run_in_hand' } }, [
    this.#filled,
  ]);
  readonly #run = element('p', { class: 'headroom-run', attributes: { id: 'headroom_run_in_hand', role: 'status' } });
  readonly #timeLeft = element('span', { class: 'headroom-time-left' });
  readonly #message = element('p', { class: 'headroom-soft' });
  readonly #box: PlotBox;
  readonly #trace = new Trace();
  #totalMiB: number | null = null;
  #label = 'VRAM';
  #frame: number | null = null;

  constructor(onCancel: () => void) {
    this.cancel = element('button', { class: 'headroom-button', text: 'Cancel', attributes: { type: 'button', id: 'headroom_cancel' }, on: { click: onCancel } });
    const plot = element('div', { class: 'headroom-plot headroom-trace', attributes: { role: 'img', 'aria-label': 'Memory in use over the last two minutes' } });
    this.#box = new PlotBox(plot, TRACE_HEIGHT_PX);
    this.root = element('div', { class: 'headroom-running' }, [
      this.#run,
      element('div', { class: 'headroom-progress-line' }, [this.#bar, this.#timeLeft]),
      this.#message,
      plot,
      element('div', { class: 'headroom-buttons' }, [this.cancel]),
    ]);
    this.#box.show((size) => this.#plot(size, plot));
  }

  update(benchmark: Extract<BenchmarkState, { state: 'running' }>, label: string): void {
    this.#label = label;
    setText(this.#run, runInHand(benchmark));
    setText(this.#timeLeft, timeLeftInWords(benchmark.timeLeftMs));
    setText(this.#message, benchmark.message);
    setHidden(this.#message, benchmark.message === '');
    // The run in hand is not done yet.
    const done = Math.max(0, benchmark.run - 1);
    setAttribute(this.#bar, 'aria-valuemax', String(benchmark.runsPlanned));
    setAttribute(this.#bar, 'aria-valuenow', String(done));
    this.#filled.style.width = `${(done / Math.max(1, benchmark.runsPlanned)) * 100}%`;
  }

  memory(memory: Extract<ToViewerMessage, { type: 'memory' }>): void {
    this.#trace.push(memory.atMs, memory.usedMiB);
    this.#totalMiB = memory.totalMiB;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#box.plot?.setData(this.#trace.columns());
    });
  }

  redraw(): void {
    this.#box.redraw();
  }

  #plot(size: { width: number; height: number }, root: HTMLElement): uPlot {
    const options: uPlot.Options = {
      ...size,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-120, 0] },
        y: { range: (_plot, _low, high) => [0, Math.max(1, (this.#totalMiB ?? high) * ABOVE_TOTAL)] },
      },
      axes: [{ ...axis(root), values: (_plot, splits) => splits.map((seconds) => `${seconds} s`) }, memoryAxis(root)],
      series: [{}, { stroke: () => lineColour(root, 0), width: 2, points: { show: false } }],
      hooks: {
        draw: [(plot) => this.#totalMiB !== null && drawLevel(plot, root, this.#totalMiB, `${this.#label} in all`)],
      },
    };
    return new uPlot(options, this.#trace.columns(), root);
  }
}
