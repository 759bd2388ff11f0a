/** The last minutes of memory in use, with a mark where each generation began and which verdict it had. */
import type uPlot from 'uplot';
import type { LiveRun } from '../../../service/protocol/live.ts';
import * as words from '../../../service/words/index.ts';
import { VERDICT_TONES } from '../../../service/words/verdict.ts';
import { element } from '../../dom.ts';
import type { PlotMaker } from '../load-uplot.ts';
import { PlotBox } from '../plot-box.ts';
import { axis, drawLevel, fontOf, LABEL_PX, labelWidthPx, lineColour, memoryAxis, themeColour } from '../plot-style.ts';
import type { Minutes } from './minutes.ts';

const HEIGHT_PX = 170;
const MARK_GAP_PX = 12;
const SECOND_STEPS = [10, 20, 60, 120];
const LABEL_SPACE_PX = 60;
/** Above the level of the card's edge. */
const ABOVE = 1.08;

const SIGNS = { fits: '\u2713', tight: '!', 'will-not-fit': '\u2715', none: '\u2013' } as const;

export class Pressure {
  readonly root = element('div', {
    class: 'headroom-plot',
    attributes: { role: 'img', 'aria-label': words.LAST_MINUTES },
  });
  readonly #minutes: Minutes;
  readonly #box = new PlotBox(this.root, HEIGHT_PX);
  #usableMiB: number | null = null;
  #frame: number | null = null;

  constructor(minutes: Minutes) {
    this.#minutes = minutes;
    this.#box.show((UPlot, size) => this.#plot(UPlot, size));
  }

  draw(usableMiB: number | null): void {
    this.#usableMiB = usableMiB;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#box.plot?.setData(this.#minutes.columns(performance.now()));
    });
  }

  redraw(): void {
    this.#box.redraw();
  }

  #plot(UPlot: PlotMaker, size: { width: number; height: number }): uPlot {
    const { root } = this;
    const line = (colour: () => string): uPlot.Series => ({
      stroke: colour,
      fill: () => `color-mix(in srgb, ${colour()} 18%, transparent)`,
      width: 1.5,
      points: { show: false },
    });
    const options: uPlot.Options = {
      ...size,
      legend: { show: false },
      cursor: { show: false },
      // The last label stands below the edge, with half of it beyond.
      padding: [MARK_GAP_PX + 4, Math.ceil(labelWidthPx(root, [words.beforeNowInWords(0)]) / 2) + 2, 0, 0],
      scales: {
        x: { time: false, range: () => this.#minutes.span(performance.now()) },
        y: { range: (_plot, _low, high) => [0, Math.max(1, high ?? 0, this.#usableMiB ?? 0) * ABOVE] },
      },
      axes: [
        {
          ...axis(root),
          space: LABEL_SPACE_PX,
          incrs: SECOND_STEPS,
          values: (_plot, splits) => splits.map(words.beforeNowInWords),
        },
        memoryAxis(root),
      ],
      series: [{}, line(() => lineColour(root, 0)), line(() => themeColour(root, '--headroom-others'))],
      hooks: {
        draw: [
          (plot) => {
            drawMarks(plot, root, this.#minutes);
            if (this.#usableMiB !== null) drawLevel(plot, root, this.#usableMiB, words.CARD_ENDS);
          },
        ],
      },
    };
    return new UPlot(options, this.#minutes.columns(performance.now()), root);
  }
}

function drawMarks(plot: uPlot, root: Element, minutes: Minutes): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const nowMs = performance.now();
  let lastSignX = -Infinity;
  ctx.save();
  ctx.font = fontOf(root, LABEL_PX, 'bold ');
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = ratio;
  for (const run of minutes.runs) {
    const x = plot.valToPos(minutes.secondsBefore(run.startedAtMs, nowMs), 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const { sign, tone } = markOf(run);
    ctx.strokeStyle = ctx.fillStyle = themeColour(root, `--headroom-${tone}`);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // One that begins just after another has its line alone.
    if (x - lastSignX < MARK_GAP_PX * ratio) continue;
    ctx.fillText(sign, x, bbox.top - ratio);
    lastSignX = x;
  }
  ctx.restore();
}

function markOf({ verdict }: LiveRun): { sign: string; tone: string } {
  return verdict === null
    ? { sign: SIGNS.none, tone: 'neutral' }
    : { sign: SIGNS[verdict], tone: VERDICT_TONES[verdict] };
}
