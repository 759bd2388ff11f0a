import { copiesOf, type Workspace } from './kernels.ts';
import { Peaks } from './tape-peaks.ts';

/** A tensor on a tape: `channels` x the elements of one channel (`unit` says how many), `width` bytes each. */
export interface Tensor {
  readonly slot: number;
  readonly unit: number;
  readonly channels: number;
  readonly width: number;
  /** How much of it there is, slices decide. */
  readonly isSliced: boolean;
  /** Its channels lie side by side in memory. */
  readonly isChannelsLast: boolean;
}

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
  /** From this operation on the same work is done once more, which matters only under a limit. */
  readonly onceMoreFrom: number;
  /**
   * Bytes live at the moments that may be the peak, for one element of each of `peakUnits`, slices left out: none is
   * below another in every unit.
   */
  readonly peakUnits: readonly number[];
  readonly peaks: readonly (readonly number[])[];
  /** The same without what is only taken if there is room. */
  readonly leastPeaks: readonly (readonly number[])[];
}

const ALWAYS = { slicing: null, isSlice: false, when: 'always' } as const;

export const RELEASE = -1;
export const SLICE = -2;

/** Writes a program down while a network is walked through once. */
export class Tape {
  readonly #slots: number[] = [];
  readonly #sizes: number[] = [];
  readonly #kinds: Kind[] = [];
  readonly #kindNumbers = new Map<number | string, number>();
  readonly #slicings = new Map<string, { index: number; slicing: Slicing }>();
  readonly #vacant: number[] = [];
  readonly #live = new Set<number>();
  readonly #units: number;
  readonly #derived: Derived[] = [];
  /** Units in the order in which they came, and of each the bytes that are live for one element. */
  readonly #peakUnits: number[] = [];
  readonly #liveBytes: number[] = [];
  /** More is live than at the last peak, and perhaps of a workspace. */
  #rises: 'no' | 'yes' | 'by-workspace' = 'no';
  readonly #peaks = new Peaks();
  readonly #leastPeaks = new Peaks();
  #slotCount = 0;
  #onceMoreFrom: number | null = null;

  constructor(units: number) {
    this.#units = units;
  }

  allocate(unit: number, channels: number, width: number, isChannelsLast = false): Tensor {
    const slot = this.#write({ ...ALWAYS, sizes: [{ unit, bytes: channels * width }], isWorkspace: false });
    this.#count(unit, channels * width);
    this.#rises = 'yes';
    return { slot, unit, channels, width, isSliced: false, isChannelsLast };
  }

  /** Allocates what an operation needs while it lasts, and releases it. */
  passing(sizes: readonly Size[]): void {
    this.#passing(sizes, false);
  }

  /**
   * A convolution's, where there is room: copies of its input, its weights and its output, by the law that
   * `allElements` is given.
   */
  workspace(x: Tensor, weightBytes: number, y: Tensor): void {
    const [ofX, ofY, ofWeights] = [this.#units, 2 * this.#units, 3 * this.#units];
    const sizes = [
      { unit: ofX + x.unit, bytes: x.channels * x.width },
      { unit: ofY + y.unit, bytes: y.channels * y.width },
      { unit: ofWeights, bytes: weightBytes },
    ];
    this.#passing(sizes, true);
  }

  #passing(sizes: readonly Size[], isWorkspace: boolean): void {
    if (isWorkspace) this.#notePeak();
    const slot = this.#write({ ...ALWAYS, sizes, isWorkspace });
    for (const { unit, bytes } of sizes) this.#count(unit, bytes);
    this.#rises = isWorkspace ? 'by-workspace' : 'yes';
    this.#end(slot);
    for (const { unit, bytes } of sizes) this.#count(unit, -bytes);
  }

  /** A unit that has the elements of `unit` where there are at least `from` elements of `by`, else none. */
  onlyFrom(unit: number, by: number, from: number): number {
    const known = this.#derived.findIndex((one) => one.unit === unit && one.by === by && one.from === from);
    return 3 * this.#units + 1 + (known === -1 ? this.#derived.push({ unit, by, from }) - 1 : known);
  }

  /** Here the number of slices is decided. @returns what `allocateSlice` takes. */
  slice(slicing: Slicing): number {
    const name = JSON.stringify(slicing);
    const known = this.#slicings.get(name) ?? { index: this.#slicings.size, slicing };
    this.#slicings.set(name, known);
    this.#slots.push(known.index);
    this.#sizes.push(SLICE);
    return known.index;
  }

  allocateSlice(unit: number, channels: number, width: number, slicing: number, when: When = 'always'): Tensor {
    return this.#allocateSliced(unit, channels * width, { slicing, isSlice: true, when });
  }

  /** All of it, but only where there are slices, or only where there are none. */
  allocateWhole(unit: number, channels: number, width: number, slicing: number, when: 'whole' | 'sliced'): Tensor {
    return this.#allocateSliced(unit, channels * width, { slicing, isSlice: false, when });
  }

  #allocateSliced(unit: number, bytes: number, how: Pick<Kind, 'slicing' | 'isSlice' | 'when'>): Tensor {
    const slot = this.#write({ ...how, sizes: [{ unit, bytes }], isWorkspace: false });
    return { slot, unit, channels: bytes, width: 1, isSliced: true, isChannelsLast: false };
  }

  /** What follows is the same work once more. Its peaks are those of the first time. */
  onceMore(): void {
    this.#onceMoreFrom ??= this.#slots.length;
  }

  #write(kind: Kind): number {
    const slot = this.#vacant.pop() ?? this.#slotCount++;
    const name = nameOfKind(kind);
    let index = this.#kindNumbers.get(name);
    if (index === undefined) {
      index = this.#kinds.push(kind) - 1;
      this.#kindNumbers.set(name, index);
    }
    this.#slots.push(slot);
    this.#sizes.push(index);
    this.#live.add(slot);
    return slot;
  }

  release(...tensors: readonly Tensor[]): void {
    for (const { slot, unit, channels, width, isSliced } of tensors) {
      this.#end(slot);
      if (!isSliced) this.#count(unit, -channels * width);
    }
  }

  #end(slot: number): void {
    this.#notePeak();
    if (!this.#live.delete(slot)) throw new Error('a tensor is released once');
    this.#slots.push(slot);
    this.#sizes.push(RELEASE);
    this.#vacant.push(slot);
  }

  #count(unit: number, bytes: number): void {
    let at = this.#peakUnits.indexOf(unit);
    if (at === -1) at = this.#peakUnits.push(unit) - 1;
    this.#liveBytes[at] = (this.#liveBytes[at] ?? 0) + bytes;
  }

  program(): Program {
    return {
      units: this.#units,
      slots: Int32Array.from(this.#slots),
      sizes: Int32Array.from(this.#sizes),
      kinds: this.#kinds,
      slicings: [...this.#slicings.values()].map(({ slicing }) => slicing),
      derived: this.#derived,
      slotCount: this.#slotCount,
      onceMoreFrom: this.#onceMoreFrom ?? this.#slots.length,
      peakUnits: this.#peakUnits,
      peaks: this.#peaks.all,
      leastPeaks: this.#leastPeaks.all,
    };
  }

  /** Before something is released, for only then may it be the most so far. */
  #notePeak(): void {
    if (this.#rises === 'no' || this.#onceMoreFrom !== null) return;
    this.#peaks.add(this.#liveBytes);
    if (this.#rises === 'yes') this.#leastPeaks.add(this.#liveBytes);
    this.#rises = 'no';
  }
}

/** Numbers are made faster than texts, and nearly all are of one size. */
function nameOfKind({ sizes, slicing, isSlice, when, isWorkspace }: Kind): number | string {
  const [one] = sizes;
  if (one !== undefined && sizes.length === 1 && slicing === null && !isWorkspace)
    return one.bytes * MOST_UNITS + (one.unit - CONSTANT_UNIT);
  return `${slicing} ${isSlice} ${when} ${isWorkspace} ${sizes.map(({ unit, bytes }) => `${unit} ${bytes}`).join(' ')}`;
}

const MOST_UNITS = 1024;

/** Of each unit of a program, from those of the network's, under a law of workspaces. */
export function allElements({ derived }: Program, own: readonly number[], workspace: Workspace): number[] {
  const { x, w, y } = copiesOf(workspace);
  const copied = (isCopied: boolean): readonly number[] => (isCopied ? own : own.map(() => 0));
  const all = [...own, ...copied(x), ...copied(y), w ? 1 : 0];
  for (const { unit, by, from } of derived) all.push((all[by] ?? 0) < from ? 0 : (all[unit] ?? 0));
  return all;
}

/** @param elements of each unit of the program. */
export function bytesOf({ unit, bytes }: Size, elements: readonly number[]): number {
  return unit === CONSTANT_UNIT ? bytes : bytes * (elements[unit] ?? 0);
}

/**
 * Most bytes that are live at once, without any rounding and without slices, with workspaces or without; `elements` of
 * each unit of the program.
 */
export function mostBytes(
  { peakUnits, peaks, leastPeaks }: Program,
  elements: readonly number[],
  withWorkspaces: boolean,
): number {
  let most = 0;
  for (const peak of withWorkspaces ? peaks : leastPeaks) {
    let bytes = 0;
    for (let i = 0; i < peak.length; i += 1)
      bytes += bytesOf({ unit: peakUnits[i] ?? CONSTANT_UNIT, bytes: peak[i] ?? 0 }, elements);
    if (bytes > most) most = bytes;
  }
  return most;
}
