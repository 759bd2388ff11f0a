/** Curves of one figure as a plot can show them: no two lines on top of each other, no two names either. Pure. */
import { at } from '../../service/base/at.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';

export type Curves = Extract<ToViewerMessage, { type: 'curves' }>;
export type Figure = 'peak' | 'required';

export interface CurveLine {
  /** More than one where their figures are the same to the eye. */
  batchSizes: number[];
  /** At the sizes of the curves; null where there is none. */
  values: readonly (number | null)[];
  /** Ends of its interval, of the first batch size. */
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

/** Of the height of the plot. */
const SAME_TO_THE_EYE = 0.006;

/** The lines of a figure, smallest batch size first. `topMiB`: upper end of the plot. */
export function curveLines(lines: Curves['lines'], figure: Figure, topMiB: number): CurveLine[] {
  const found: CurveLine[] = [];
  for (const line of lines) {
    const { valueMiB: values, lowMiB: low, highMiB: high } = line[figure];
    const alike = found.find((other) =>
      other.values.every((one, index) => sameToTheEye(one, values[index] ?? null, topMiB)),
    );
    if (alike === undefined) found.push({ batchSizes: [line.batchSize], values, low, high });
    else alike.batchSizes.push(line.batchSize);
  }
  return found;
}

function sameToTheEye(one: number | null, other: number | null, topMiB: number): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) <= SAME_TO_THE_EYE * topMiB;
}

/**
 * Places for names that would stand at `wanted`: at least `gap` apart, in the same order, up to `most` as far as there
 * is room.
 */
export function spread(wanted: readonly number[], gap: number, most: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => at(wanted, a) - at(wanted, b));
  const places = [...wanted];
  let least = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    places[index] = Math.max(at(places, index), least);
    least = at(places, index) + gap;
  }
  let highest = most;
  for (const index of order.reverse()) {
    places[index] = Math.min(at(places, index), highest);
    highest = at(places, index) - gap;
  }
  return places;
}
