/** One figure of all batch sizes against image size. */
import type uPlot from 'uplot';
import * as words from '../../service/words/index.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { spread } from './curve-lines.ts';
import type { CurveLine, Curves, Figure } from './curve-lines.ts';
import { COLUMNS_A_LINE, columnsOf } from './curve-series.ts';
import type { PlotMaker } from './load-uplot.ts';
import { topMiB } from './memory-range.ts';
import { PlotBox } from './plot-box.ts';
import { axis, drawLevel, fontOf, LABEL_PX, labelWidthPx, lineColour, memoryAxis, themeColour } from './plot-style.ts';

const SIZE_STEPS = [64, 128, 256, 512, 1024, 2048];
const NAME_GAP_PX = 14;
const LEADER_PX = 10;
/** Half of the last size's name. */
const LEAST_RIGHT_PX = 28;
const DOT_PX = 7;
/** Of a band between the ends of an interval. */
const BAND = 14;
const PRESENT_PX = 7;

type Point = Curves['points'][number];

export class CurvePanel {
  readonly root: HTMLElement;
  readonly #figure: Figure;
  readonly #title: string;
  readonly #box: PlotBox;
  readonly #plotRoot = element('div', {
    class: 'headroom-plot',
    attributes: { role: 'img', tabindex: '0' },
    on: { keydown: (event) => this.#step(event) },
  });
  /** What lies under the crosshair; the plot is moved along by arrow keys, too. */
  readonly #values = element('p', { class: 'headroom-values', attributes: { role: 'status' } });

  constructor(figure: Figure, title: string, explanation: string) {
    this.#figure = figure;
    this.#title = title;
    this.#box = new PlotBox(this.#plotRoot);
    this.root = element('div', {}, [
      element('p', {}, [element('strong', { text: title }), `, ${explanation}`]),
      this.#plotRoot,
      this.#values,
    ]);
  }

  update(curves: Curves | null): void {
    const points = curves !== null && this.#figure === 'peak' ? curves.points : [];
    const empty = curves === null || curves.lines.length + points.length === 0;
    setHidden(this.root, empty);
    if (empty) return this.#box.clear();
    setAttribute(this.#plotRoot, 'aria-label', this.#inWords(curves, points));
    this.#tell(null, [], []);
    this.#box.show((UPlot, size) => this.#plot(UPlot, size, curves, points));
  }

  redraw(): void {
    this.#box.redraw();
  }

  #inWords({ sizesPx, lines, operation }: Curves, points: readonly Point[]): string {
    const parts = lines.map((line) => {
      const values = line[this.#figure].valueMiB;
      const last = values.findLastIndex((value) => value !== null);
      const [from, to] = [values[0] ?? null, values[last] ?? null];
      const ends =
        from === null || to === null
          ? null
          : { from: { mib: from, px: sizesPx[0] }, to: { mib: to, px: sizesPx[last] } };
      return words.lineInWords(line.batchSize, ends);
    });
    const imported = points.filter((point) => point.imported).length;
    return words.plotInWords(this.#title, operation, parts, { measured: points.length - imported, imported });
  }

  #plot(UPlot: PlotMaker, size: { width: number; height: number }, curves: Curves, points: readonly Point[]): uPlot {
    const { sizesPx, lines: all, points: everyPoint, roomMiB, present } = curves;
    const root = this.#plotRoot;
    // One range for both figures, so that they compare.
    const high = Math.max(
      1,
      ...all.flatMap((line) => [...line.peak.valueMiB, ...line.required.valueMiB]).map((mib) => mib ?? 0),
      ...everyPoint.map(({ peakMiB }) => peakMiB),
    );
    const top = topMiB(high, roomMiB);
    const { lines, columns } = columnsOf(curves, this.#figure, top);
    const batches = [...new Set([...all, ...everyPoint].map(({ batchSize }) => batchSize))].sort((a, b) => a - b);
    const colourOf = (batchSize: number | undefined) => lineColour(root, batches.indexOf(batchSize ?? 0));
    const nameWidth = labelWidthPx(
      root,
      lines.map(({ batchSizes }) => words.lineName(batchSizes)),
    );
    const seriesOf = (index: number): uPlot.Series => {
      const colour = () => colourOf(lines[Math.floor(index / COLUMNS_A_LINE)]?.batchSizes[0]);
      const points = { show: false };
      return index % COLUMNS_A_LINE === 0 ? { stroke: colour, width: 2, points } : { width: 0, points };
    };
    const bands = lines.map(({ batchSizes: [batchSize] }, index): uPlot.Band => {
      const first = 1 + COLUMNS_A_LINE * index;
      return {
        series: [first + 2, first + 1],
        fill: () => `color-mix(in srgb, ${colourOf(batchSize)} ${BAND}%, transparent)`,
      };
    });
    const options: uPlot.Options = {
      ...size,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      bands,
      padding: [14, Math.max(LEAST_RIGHT_PX, LEADER_PX + nameWidth + 2), 0, 0],
      scales: { x: { time: false }, y: { range: [0, top] } },
      axes: [
        { ...axis(root), incrs: SIZE_STEPS, values: (_plot, splits) => splits.map(words.pxInWords) },
        memoryAxis(root, words.THE_WEBUIS_OWN),
      ],
      series: [{}, ...columns.map((_, index) => seriesOf(index))],
      hooks: {
        setCursor: [(plot) => this.#tell(plot.cursor.idx ?? null, sizesPx, lines)],
        draw: [
          (plot) => {
            if (roomMiB !== null) drawLevel(plot, root, roomMiB, words.roomInWords(roomMiB));
            drawNames(plot, root, lines, sizesPx, colourOf);
            for (const point of points) drawPoint(plot, root, point, colourOf(point.batchSize));
            const mib = this.#figure === 'peak' ? present?.peakMiB : present?.requiredMiB;
            if (present !== null && typeof mib === 'number') drawPresent(plot, root, present.sizePx, mib);
          },
        ],
      },
    };
    return new UPlot(options, [sizesPx, ...columns.map((column) => [...column])], root);
  }

  #tell(index: number | null, sizesPx: readonly number[], lines: readonly CurveLine[]): void {
    const sizePx = index === null ? undefined : sizesPx[index];
    const told = sizePx === undefined || index === null ? '' : words.valuesInWords(sizePx, valuesAt(lines, index));
    setText(this.#values, told === '' ? words.POINT_AT_THE_PLOT : told);
  }

  #step(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const { plot } = this.#box;
    if (step === undefined || plot === null) return;
    event.preventDefault();
    const [sizesPx] = plot.data;
    const index = Math.min(sizesPx.length - 1, Math.max(0, (plot.cursor.idx ?? -1) + step));
    plot.setCursor({ left: plot.valToPos(sizesPx[index] ?? 0, 'x'), top: 0 });
  }
}

function valuesAt(lines: readonly CurveLine[], index: number): Parameters<typeof words.valuesInWords>[1] {
  return lines.map(({ batchSizes, values, low, high }) => {
    const [valueMiB, lowMiB, highMiB] = [values[index], low[index], high[index]].map((mib) => mib ?? null);
    const known = typeof valueMiB === 'number' && typeof lowMiB === 'number' && typeof highMiB === 'number';
    return { batchSizes, interval: known ? { valueMiB, lowMiB, highMiB } : null };
  });
}

/** The sliders as they stand: a diamond. */
function drawPresent(plot: uPlot, root: Element, sizePx: number, mib: number): void {
  const { ctx, bbox } = plot;
  const arm = PRESENT_PX * devicePixelRatio;
  const [x, y] = [plot.valToPos(sizePx, 'x', true), plot.valToPos(mib, 'y', true)];
  if (x < bbox.left || x > bbox.left + bbox.width || y < bbox.top) return;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(x, y - arm);
  ctx.lineTo(x + arm, y);
  ctx.lineTo(x, y + arm);
  ctx.lineTo(x - arm, y);
  ctx.closePath();
  ctx.fillStyle = themeColour(root, '--headroom-text');
  ctx.strokeStyle = themeColour(root, '--headroom-face');
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

/** Right of the plot, in the order of the lines' ends, each joined to its own. */
function drawNames(
  plot: uPlot,
  root: Element,
  lines: readonly CurveLine[],
  sizesPx: readonly number[],
  colourOf: (batchSize: number | undefined) => string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const ends = lines.map(({ values }) => {
    const last = values.findLastIndex((value) => value !== null);
    const y = plot.valToPos(values[last] ?? 0, 'y', true);
    return { x: plot.valToPos(sizesPx[Math.max(0, last)] ?? 0, 'x', true), y: Math.max(bbox.top, y), shown: last >= 0 };
  });
  const places = spread(
    ends.map(({ y }) => y),
    NAME_GAP_PX * ratio,
    bbox.top + bbox.height,
  );
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = fontOf(root, LABEL_PX);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  lines.forEach((line, index) => {
    const [end, place] = [ends[index], places[index]];
    if (end === undefined || place === undefined || !end.shown) return;
    ctx.fillStyle = ctx.strokeStyle = colourOf(line.batchSizes[0]);
    ctx.lineWidth = ratio;
    ctx.setLineDash([ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(Math.min(end.x, right), end.y);
    ctx.lineTo(right, end.y);
    ctx.lineTo(right + (LEADER_PX - 2) * ratio, place);
    ctx.stroke();
    ctx.fillText(words.lineName(line.batchSizes), right + LEADER_PX * ratio, place);
  });
  ctx.restore();
}

/**
 * A dot with its batch size in it, a ring for one that was imported; a cross with it beside where the run ran out of
 * memory.
 */
function drawPoint(
  plot: uPlot,
  root: Element,
  { sizePx, peakMiB, batchSize, ok, imported }: Point,
  colour: string,
): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  const [x, y] = [plot.valToPos(sizePx, 'x', true), plot.valToPos(peakMiB, 'y', true)];
  const face = themeColour(root, '--headroom-face');
  ctx.save();
  ctx.font = fontOf(root, 10, 'bold ');
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const ring = ok && imported;
  ctx.lineWidth = ok && !ring ? ratio : 2 * ratio;
  ctx.strokeStyle = ring ? colour : ok ? face : themeColour(root, '--headroom-bad');
  ctx.fillStyle = ring ? face : ok ? colour : ctx.strokeStyle;
  ctx.beginPath();
  if (ok) {
    ctx.arc(x, y, DOT_PX * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = ring ? colour : face;
  } else {
    const arm = 4 * ratio;
    for (const down of [-arm, arm]) {
      ctx.moveTo(x - arm, y - down);
      ctx.lineTo(x + arm, y + down);
    }
  }
  ctx.stroke();
  ctx.fillText(String(batchSize), ok ? x : x + 2 * DOT_PX * ratio, y);
  ctx.restore();
}
