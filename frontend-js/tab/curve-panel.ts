/** One figure of all batch sizes against image size. */
import type uPlot from 'uplot';
import * as words from '../../service/words/index.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import type { CurveLine, Curves, Figure } from './curve-lines.ts';
import { drawNames, drawPoint, drawPresent, LEADER_PX, type Point } from './curve-marks.ts';
import { COLUMNS_A_LINE, columnsOf } from './curve-series.ts';
import type { PlotMaker } from './load-uplot.ts';
import { topMiB } from './memory-range.ts';
import { PlotBox } from './plot-box.ts';
import { axis, drawLevel, labelWidthPx, lineColour, memoryAxis } from './plot-style.ts';

const SIZE_STEPS = [64, 128, 256, 512, 1024, 2048];
/** Half of the last size's name. */
const LEAST_RIGHT_PX = 28;
/** Of a band between the ends of an interval. */
const BAND = 14;

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
        memoryAxis(root, words.WITHOUT_CONTEXT),
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
