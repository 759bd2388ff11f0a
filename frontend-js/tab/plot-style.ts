/** Colours and axes that both plots share, read from the page's theme at the moment of drawing. */
import type uPlot from 'uplot';
import { formatMiB } from '../../service/words/index.ts';

/** A custom property of the tab's, as it stands in the theme in force. */
export function themeColour(root: Element, name: string): string {
  return getComputedStyle(root).getPropertyValue(name).trim() || '#888';
}

const LINE_COLOURS = 6;

/** Colour of the n-th line, from 0. Lines are labelled as well: colour alone does not tell. */
export function lineColour(root: Element, index: number): string {
  return themeColour(root, `--headroom-line-${index % LINE_COLOURS}`);
}

/** The page's own font. */
function faceOf(root: Element): string {
  return getComputedStyle(root).fontFamily || 'sans-serif';
}

/** For drawing on a canvas, whose pixels are the device's. */
export function fontOf(root: Element, px: number, weight = ''): string {
  return `${weight}${px * devicePixelRatio}px ${faceOf(root)}`;
}

export const LABEL_PX = 12;

/** The widest of these labels, in pixels of the page, whatever font the page has. */
export function labelWidthPx(root: Element, labels: readonly string[]): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = `${LABEL_PX}px ${faceOf(root)}`;
  return Math.ceil(Math.max(0, ...labels.map((label) => context.measureText(label).width)));
}

const SIZE_AXIS_PX = 30;
/** Ticks, the gap to their labels, and a rest so that these end before the edge. */
const BESIDE_LABEL_PX = 18;
/** Powers of two of MiB, so that the axis reads in whole GiB. */
const MIB_STEPS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];

/** `label`: of whose memory it is; empty where that is said elsewhere. */
export function memoryAxis(root: Element, label = ''): uPlot.Axis {
  return {
    ...axis(root),
    ...(label === '' ? {} : { label, labelSize: LABEL_PX + 8, labelFont: `${LABEL_PX}px ${faceOf(root)}` }),
    incrs: MIB_STEPS,
    // Null in a first pass, before there are any.
    size: (_plot, labels: string[] | null) => BESIDE_LABEL_PX + labelWidthPx(root, labels ?? []),
    values: (_plot, splits) => splits.map((mib) => formatMiB(mib)),
  };
}

export function axis(root: Element): uPlot.Axis {
  const line = () => themeColour(root, '--headroom-line');
  return {
    font: `${LABEL_PX}px ${faceOf(root)}`,
    size: SIZE_AXIS_PX,
    stroke: () => themeColour(root, '--headroom-soft'),
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
}

/** A dashed level across the plot with its name on it. */
export function drawLevel(plot: uPlot, root: Element, mib: number, name: string): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(mib, 'y', true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = themeColour(root, '--headroom-bad');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = fontOf(root, LABEL_PX);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  // A halo: grid and curves run behind the name.
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = themeColour(root, '--headroom-face');
  ctx.strokeText(name, bbox.left + 4 * ratio, y - 2 * ratio);
  ctx.fillText(name, bbox.left + 4 * ratio, y - 2 * ratio);
  ctx.restore();
}
