import { COPIES, type Workspace } from './kernels.ts';

/** `bytes` times the number of elements of `unit`. */
export interface Size {
  readonly unit: number;
  readonly bytes: number;
}

/** Of what does not grow with the picture: one element. */
export const CONSTANT_UNIT = -1;

/**
 * Work that is cut into slices to fit the memory that is free (slicing.ts): 1, 2, 4 ... of them, as many as it takes
 * until `timesOver` times the scores of one slice are no more than that.
 */
export type Slicing = SlicingOfRows | SlicingOfHeads;

interface SlicedWork {
  /** All scores: `bytes` times the number of elements of `unit`. */
  readonly unit: number;
  readonly bytes: number;
  readonly timesOver: number;
  /** Rows of one picture. */
  readonly rowsUnit: number;
}

/** Doggettx's: rows of all heads are shared out; `evenly`: or all are done at once. */
export interface SlicingOfRows extends SlicedWork {
  readonly of: 'rows';
  readonly evenly: boolean;
  readonly mostSlices: number;
}

/** InvokeAI's: heads of all pictures are shared out, and rows where those are too few. */
export interface SlicingOfHeads extends SlicedWork {
  readonly of: 'heads';
  readonly heads: number;
  readonly picturesUnit: number;
}

/**
 * What one slice has of the whole: `taken` of `of` equal pieces. `isWhole`: it does not fit in one piece and is done so
 * all the same, as its rows cannot be shared out evenly.
 */
export interface Slice {
  readonly taken: number;
  readonly of: number;
  readonly isWhole: boolean;
}

/** Bytes that may be free, from the first and below the second, for the same to be decided. */
export interface SameSlices {
  readonly fromBytes: number;
  readonly upToBytes: number;
}

export interface Derived {
  readonly unit: number;
  readonly by: number;
  readonly from: number;
}

/** When something is allocated: only where work fits in one piece, only where it is cut up, or in either case. */
export type When = 'whole' | 'sliced' | 'always';

/** A size that occurs: the sum of `sizes`. */
export interface Kind {
  readonly sizes: readonly Size[];
  /** What decides on it; null = nothing. */
  readonly slicing: number | null;
  /** Only one slice's part of it is allocated. */
  readonly isSlice: boolean;
  readonly when: When;
  /**
   * A workspace, done without where there is no room for it, from then on in all of this kind: PyTorch takes cuDNN's
   * next engine then, and remembers it.
   */
  readonly isWorkspace: boolean;
}

/**
 * What one network allocates and releases, in order; sizes are left open until the picture's size is known. Its units:
 * those of the network, the same once for the inputs and once for the outputs that workspaces copy, one for the weights
 * that they copy, and the derived ones.
 */
export interface Program {
  /**
   * Slot and size of each allocation; a release has the size `RELEASE`; with the size `SLICE`, the slot is the slicing
   * that is decided then.
   */
  readonly units: number;
  readonly slots: Int32Array;
  readonly sizes: Int32Array;
  readonly kinds: readonly Kind[];
  readonly slicings: readonly Slicing[];
  /**
   * Units that follow those of the network, in this order: the elements of another, which may be one before it, or none
   * where there are fewer than `from` of a third.
   */
  readonly derived: readonly Derived[];
  readonly slotCount: number;
  /** Up to this operation no weights are needed: where they are moved, they come then. */
  readonly weightsFrom: number;
  /** From this operation on the same work is done once more, which matters only under a limit. */
  readonly onceMoreFrom: number;
  /** What is repeated ends here; after it only what outlives it is released. */
  readonly onceMoreTo: number;
  /** Where nothing is repeated it ends from here on: what lies between is what the repeat left. */
  readonly onceEndsFrom: number;
  /**
   * Bytes live at the moments that may be the peak, for one element of each of `peakUnits`, slices left out: none of
   * the moments is below another in every unit.
   */
  readonly peakUnits: readonly number[];
  readonly peaks: Moments;
  /** The same without what is only taken if there is room. */
  readonly leastPeaks: Moments;
}

/** Moments, one after the other, of each those units alone that are live: most of a program's are not, at any time. */
export interface Moments {
  /** Where the units of each moment end. */
  readonly ends: Int32Array;
  /** Their places among the `peakUnits`. */
  readonly places: Int32Array;
  readonly bytes: Float64Array;
}

export const RELEASE = -1;
export const SLICE = -2;

/** Of each unit of a program, from those of the network's, under a law of workspaces. */
export function allElements(program: Program, own: readonly number[], workspace: Workspace): number[] {
  const all = new Array<number>(3 * own.length + 1 + program.derived.length);
  for (let unit = 0; unit < all.length; unit += 1) all[unit] = elementsAt(program, own, workspace, unit);
  return all;
}

/** Of one of its units. */
function elementsAt(program: Program, own: readonly number[], workspace: Workspace, unit: number): number {
  const count = own.length;
  if (unit < count) return own[unit] as number;
  const { x, w, y } = COPIES[workspace];
  if (unit < 2 * count) return x ? (own[unit - count] as number) : 0;
  if (unit < 3 * count) return y ? (own[unit - 2 * count] as number) : 0;
  if (unit === 3 * count) return w ? 1 : 0;
  const { unit: of, by, from } = program.derived[unit - 3 * count - 1] as Derived;
  return elementsAt(program, own, workspace, by) < from ? 0 : elementsAt(program, own, workspace, of);
}

/** @param elements of each unit of the program. */
export function bytesOf({ unit, bytes }: Size, elements: readonly number[]): number {
  return unit === CONSTANT_UNIT ? bytes : bytes * (elements[unit] as number);
}

/**
 * Most bytes that are live at once, without any rounding and without slices, with workspaces or without.
 * @param own elements of each unit of the network's.
 */
export function mostBytes(
  program: Program,
  own: readonly number[],
  workspace: Workspace,
  withWorkspaces: boolean,
): number {
  const { peakUnits } = program;
  const count = peakUnits.length;
  const of = new Array<number>(count);
  for (let i = 0; i < count; i += 1) {
    const unit = peakUnits[i] as number;
    of[i] = unit === CONSTANT_UNIT ? 1 : elementsAt(program, own, workspace, unit);
  }
  const { ends, places, bytes } = withWorkspaces ? program.peaks : program.leastPeaks;
  let most = 0;
  let at = 0;
  for (const end of ends) {
    let live = 0;
    for (; at < end; at += 1) live += (bytes[at] as number) * (of[places[at] as number] as number);
    if (live > most) most = live;
  }
  return most;
}
