/** What the tab says around its curves. */
import type { Operation } from '../../../protocol/settings.ts';
import type { IntervalMiB } from '../../../protocol/estimate.ts';
import { formatInterval, formatMiB } from '../amounts.ts';
import { OPERATION_NAMES } from '../names.ts';

export const MEMORY_AGAINST_SIZE: string = 'Memory against image size';
export const NO_PLOTS: string =
  'The plots could not be loaded: javascript/plots/uplot.js of the extension is missing, or the WebUI does not answer.';
export const OPERATION: string = 'Operation';
export const ABOUT_PEAK: string = 'with the cache that PyTorch keeps';
export const ABOUT_REQUIRED: string = 'the least that is enough; decides whether it fits';
export const LEGEND: string =
  'All figures leave out the CUDA context and other programs; the readout and "Now" count them. Bands: the ' +
  'intervals. Diamond: the sliders on txt2img as they stand. Dots: measured, with their batch size; rings: ' +
  'imported; crosses: ran out of memory there. Across: side of a square of the same area; hires fix from half of ' +
  'it. A line ends where the card does: there PyTorch gives back its cache, so no peak goes above.';
export const HEAT_TITLE: string = 'Required by size and batch size';
export const ABOUT_HEAT: string =
  'without the CUDA context and other programs; the red line is the edge of what these leave now';
export const OVER_THE_EDGE: string = 'over';
export const POINT_AT_THE_PLOT: string = 'Point at the plot, or move along it by arrow keys, for the figures.';
/** On an axis. */
export const WITHOUT_CONTEXT: string = 'WebUI without CUDA context';

export function noCurvesInWords(operation: Operation): string {
  return `No figures for ${OPERATION_NAMES[operation]} yet: run the benchmark, or make a picture with it.`;
}

/** "batch 1", "batch 1, 2". */
export function lineName(batchSizes: readonly number[]): string {
  return `batch ${batchSizes.join(', ')}`;
}

export function pxInWords(px: number): string {
  return `${px} px`;
}

export function roomInWords(roomMiB: number): string {
  return `left by CUDA context and others now: ${formatMiB(roomMiB)}`;
}

interface End {
  readonly mib: number;
  readonly px: number | undefined;
}

/** A line from its first size to its last; null where it does not even fit there. */
export function lineInWords(batchSize: number, ends: { readonly from: End; readonly to: End } | null): string {
  if (ends === null) return `batch size ${batchSize} does not fit`;
  const [from, to] = [ends.from, ends.to].map(({ mib, px }) => `${formatMiB(mib)} at ${px} px`);
  return `batch size ${batchSize} from ${from} to ${to}`;
}

/** For those who do not see it. `lines`: in words. */
export function plotInWords(
  title: string,
  operation: Operation,
  lines: readonly string[],
  { measured, imported }: Readonly<Record<'measured' | 'imported', number>>,
): string {
  return [
    `${title} memory of ${OPERATION_NAMES[operation]} against image size: ${lines.join('; ')}.`,
    ...(measured === 0 ? [] : [`${measured} measured.`]),
    ...(imported === 0 ? [] : [`${imported} imported.`]),
    'Without the CUDA context and other programs.',
  ].join(' ');
}

/** Of lines at one size: "1024 px: batch 1 5.9 GiB (5.7 GiB to 6.1 GiB)". */
export function valuesInWords(
  sizePx: number,
  lines: readonly { readonly batchSizes: readonly number[]; readonly interval: IntervalMiB | null }[],
): string {
  const told = lines.flatMap(({ batchSizes, interval }) =>
    interval === null ? [] : [`${lineName(batchSizes)} ${formatInterval(interval)}`],
  );
  return `${pxInWords(sizePx)}: ${told.length === 0 ? 'nothing fits' : told.join('; ')}.`;
}
