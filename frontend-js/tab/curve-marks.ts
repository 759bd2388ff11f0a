/** What is drawn over the curves: the sliders as they stand, the lines' names, and the runs that were measured. */
import type uPlot from 'uplot';
import * as words from '../../service/words/index.ts';
import { spread, type CurveLine, type Curves } from './curve-lines.ts';
import { fontOf, LABEL_PX, themeColour } from './plot-style.ts';

const NAME_GAP_PX = 14;
/** Between a line's end and its name. */
export const LEADER_PX = 10;
const DOT_PX = 7;
const PRESENT_PX = 7;

export type Point = Curves['points'][number];

/** The sliders as they stand: a diamond. */
export function drawPresent(plot: uPlot, root: Element, sizePx: number, mib: number): void {
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
export function drawNames(
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
export function drawPoint(
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
