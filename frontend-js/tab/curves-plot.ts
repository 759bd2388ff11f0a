/** Memory against image size for one operation: lines per batch size, and the points that were measured. */
import uPlot from 'uplot';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { formatMiB, OPERATION_NAMES } from '../format.ts';
import { curveColumns } from './curve-columns.ts';
import type { CurveColumn, CurveColumns, Curves } from './curve-columns.ts';
import { topMiB } from './memory-range.ts';
import { PlotBox } from './plot-box.ts';
import { axis, drawLevel, lineColour, memoryAxis, themeColour } from './plot-style.ts';

function inWords(curves: Curves): string {
  const last = curves.sizesPx.length - 1;
  const lines = curves.lines.map((line) => {
    const [from, to] = [line.peakMiB[0], line.peakMiB[last]];
    if (from === undefined || to === undefined) return '';
    return `batch size ${line.batchSize} from ${formatMiB(from)} at ${curves.sizesPx[0]} px to ${formatMiB(to)} at ${curves.sizesPx[last]} px`;
  });
  return `Peak memory of ${OPERATION_NAMES[curves.operation]} against image size: ${lines.join('; ')}. ${curves.points.length} measured points.`;
}

const SIZE_STEPS = [64, 128, 256, 512, 1024, 2048];

export class CurvesPlot {
  readonly root: HTMLElement;
  readonly #box: PlotBox;
  readonly #plotRoot = element('div', { class: 'headroom-plot', attributes: { role: 'img' } });
  readonly #legend = element('p', {
    class: 'headroom-soft',
    text: 'Solid: peak. Dashed: required. Dots: measured. Crosses: ran out of memory there. Across: side of a square of the same area.',
  });
  readonly #empty = element('p', { class: 'headroom-empty' });

  constructor() {
    this.#box = new PlotBox(this.#plotRoot);
    this.root = element('div', { class: 'headroom-curves' }, [this.#empty, this.#plotRoot, this.#legend]);
  }

  update(curves: Curves): void {
    const empty = curves.lines.length === 0 && curves.points.length === 0;
    setHidden(this.#empty, !empty);
    setHidden(this.#plotRoot, empty);
    setHidden(this.#legend, empty);
    if (empty) {
      setText(this.#empty, `No runs of ${OPERATION_NAMES[curves.operation]} under this calibration key yet.`);
      this.#box.clear();
      return;
    }
    setAttribute(this.#plotRoot, 'aria-label', inWords(curves));
    const columns = curveColumns(curves);
    this.#box.show((size) => this.#plot(size, columns, curves.totalMiB));
  }

  redraw(): void {
    this.#box.redraw();
  }

  #plot(size: { width: number; height: number }, data: CurveColumns, totalMiB: number | null): uPlot {
    const root = this.#plotRoot;
    const batches = [...new Set(data.columns.map((column) => column.batchSize))].sort((a, b) => a - b);
    const colourOf = (batchSize: number) => lineColour(root, batches.indexOf(batchSize));
    const options: uPlot.Options = {
      ...size,
      legend: { show: false },
      cursor: { show: false },
      padding: [12, 64, 0, 0],
      scales: {
        x: { time: false },
        y: { range: (_plot, _low, high) => [0, topMiB(high, totalMiB)] },
      },
      axes: [{ ...axis(root), incrs: SIZE_STEPS, values: (_plot, splits) => splits.map((px) => `${px} px`) }, memoryAxis(root)],
      series: [{}, ...data.columns.map((column) => series(column, () => colourOf(column.batchSize)))],
      hooks: {
        draw: [
          (plot) => {
            if (totalMiB !== null) drawLevel(plot, root, totalMiB, `all of it: ${formatMiB(totalMiB)}`);
            drawFailed(plot, root, data.failed);
            drawNames(plot, data, colourOf);
          },
        ],
      },
    };
    return new uPlot(options, [data.sizesPx, ...data.columns.map((column) => column.values)], root);
  }
}

function series(column: CurveColumn, colour: () => string): uPlot.Series {
  if (column.kind === 'measured') {
    return { stroke: colour, paths: () => null, points: { show: true, size: 7, fill: colour, stroke: colour } };
  }
  const dashed = column.kind === 'required' ? { dash: [6, 4], width: 1.5 } : { width: 2 };
  return { stroke: colour, spanGaps: true, points: { show: false }, ...dashed };
}

/** The batch size at the right end of its peak line, or by its last dot where it has no line: colour alone does not tell. */
function drawNames(plot: uPlot, data: CurveColumns, colourOf: (batchSize: number) => string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const lines = data.columns.filter(({ kind }) => kind === 'peak');
  const dots = data.columns.filter(({ kind, batchSize }) => kind === 'measured' && !lines.some((line) => line.batchSize === batchSize));
  ctx.save();
  ctx.font = `${12 * ratio}px sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  let lowestY = Number.POSITIVE_INFINITY;
  for (const column of [...lines, ...dots]) {
    const last = column.values.findLastIndex((value) => value !== null);
    const [size, mib] = [data.sizesPx[last], column.values[last]];
    if (size === undefined || mib === undefined || mib === null) continue;
    let y = Math.max(plot.valToPos(mib, 'y', true), bbox.top);
    if (column.kind === 'peak') {
      // Ends that lie close together keep a line's height between their names.
      y = Math.min(y, lowestY - 13 * ratio);
      lowestY = y;
    }
    ctx.fillStyle = colourOf(column.batchSize);
    ctx.fillText(`batch ${column.batchSize}`, plot.valToPos(size, 'x', true) + 6 * ratio, y);
  }
  ctx.restore();
}

function drawFailed(plot: uPlot, root: Element, failed: CurveColumns['failed']): void {
  const { ctx } = plot;
  const arm = 5 * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = themeColour(root, '--headroom-bad');
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const { sizePx, peakMiB } of failed) {
    const x = plot.valToPos(sizePx, 'x', true);
    const y = plot.valToPos(peakMiB, 'y', true);
    ctx.beginPath();
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x - arm, y + arm);
    ctx.lineTo(x + arm, y - arm);
    ctx.stroke();
  }
  ctx.restore();
}
