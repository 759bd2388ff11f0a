/** A tensor on a tape: `channels` x the elements of one channel (`unit` says how many), `width` bytes each. */
export interface Tensor {
  readonly slot: number;
  readonly unit: number;
  readonly channels: number;
  readonly width: number;
  /** One slice of what it would be in one piece. */
  readonly isSlice: boolean;
}

/**
 * Work that is cut into slices to fit the memory that is free (`slicesOf` in slicing.ts): 1, 2, 4 ... of them, as many as it takes until
 * `timesOver` times the scores of one slice are no more than that.
 */
export interface Slicing {
  /** All scores: `bytes` times the number of elements of `unit`. */
  readonly unit: number;
  readonly bytes: number;
  readonly timesOver: number;
  /** Rows that are shared out, where it is all of them at once when they cannot be shared out evenly; null where a smaller last slice will do. */
  readonly evenRowsUnit: number | null;
  readonly mostSlices: number;
}

/** What one network allocates and releases, in order; sizes are left open until the picture's size is known. */
export interface Program {
  /** Slot and size of each allocation; a release has the size `RELEASE`; with the size `SLICE`, the slot is the slicing that is decided then. */
  readonly slots: Int32Array;
  readonly sizes: Int32Array;
  /** Each size that occurs: `bytes` times the number of elements of `unit`, over the slices of `slicing`; null = in one piece. */
  readonly kinds: readonly { readonly unit: number; readonly bytes: number; readonly slicing: number | null }[];
  readonly slicings: readonly Slicing[];
  readonly slotCount: number;
  /** From this operation on the same work is done once more, which matters only under a limit. */
  readonly onceMoreFrom: number;
  /** Bytes live at the moments that may be the peak, for one element of each unit, slices left out: none is below another in every unit. */
  readonly peaks: readonly (readonly number[])[];
}

export const RELEASE = -1;
export const SLICE = -2;

/** Writes a program down while a network is walked through once. */
export class Tape {
  readonly #slots: number[] = [];
  readonly #sizes: number[] = [];
  readonly #kinds = new Map<string, { index: number; unit: number; bytes: number; slicing: number | null }>();
  readonly #slicings = new Map<string, { index: number; slicing: Slicing }>();
  readonly #vacant: number[] = [];
  readonly #live = new Set<number>();
  readonly #liveBytes: number[];
  #peaks: number[][] = [];
  #slotCount = 0;
  #onceMoreFrom: number | null = null;

  constructor(units: number) {
    this.#liveBytes = new Array<number>(units).fill(0);
  }

  allocate(unit: number, channels: number, width: number): Tensor {
    const slot = this.#write(unit, channels * width, null);
    this.#liveBytes[unit] = (this.#liveBytes[unit] ?? 0) + channels * width;
    this.#notePeak();
    return { slot, unit, channels, width, isSlice: false };
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

  allocateSlice(unit: number, channels: number, width: number, slicing: number): Tensor {
    return { slot: this.#write(unit, channels * width, slicing), unit, channels, width, isSlice: true };
  }

  /** What follows is the same work once more. Its peaks are those of the first time. */
  onceMore(): void {
    this.#onceMoreFrom ??= this.#slots.length;
  }

  #write(unit: number, bytes: number, slicing: number | null): number {
    const slot = this.#vacant.pop() ?? this.#slotCount++;
    const name = `${unit} ${bytes} ${slicing}`;
    const kind = this.#kinds.get(name) ?? { index: this.#kinds.size, unit, bytes, slicing };
    this.#kinds.set(name, kind);
    this.#slots.push(slot);
    this.#sizes.push(kind.index);
    this.#live.add(slot);
    return slot;
  }

  release(...tensors: readonly Tensor[]): void {
    for (const { slot, unit, channels, width, isSlice } of tensors) {
      if (!this.#live.delete(slot)) throw new Error('a tensor is released once');
      this.#slots.push(slot);
      this.#sizes.push(RELEASE);
      this.#vacant.push(slot);
      if (!isSlice) this.#liveBytes[unit] = (this.#liveBytes[unit] ?? 0) - channels * width;
    }
  }

  program(): Program {
    return {
      slots: Int32Array.from(this.#slots),
      sizes: Int32Array.from(this.#sizes),
      kinds: [...this.#kinds.values()],
      slicings: [...this.#slicings.values()].map(({ slicing }) => slicing),
      slotCount: this.#slotCount,
      onceMoreFrom: this.#onceMoreFrom ?? this.#slots.length,
      peaks: this.#peaks,
    };
  }

  #notePeak(): void {
    if (this.#onceMoreFrom !== null) return;
    const now = this.#liveBytes;
    const isBelow = (a: readonly number[], b: readonly number[]): boolean => a.every((bytes, unit) => bytes <= (b[unit] ?? 0));
    if (this.#peaks.some((peak) => isBelow(now, peak))) return;
    this.#peaks = [...this.#peaks.filter((peak) => !isBelow(peak, now)), [...now]];
  }
}

/** Most bytes that a program has live at once, without any rounding and without its slices; `elements` of each unit. */
export function liveBytes(program: Program, elements: readonly number[]): number {
  let most = 0;
  for (const peak of program.peaks) {
    let bytes = 0;
    for (let unit = 0; unit < peak.length; unit += 1) bytes += (peak[unit] ?? 0) * (elements[unit] ?? 0);
    if (bytes > most) most = bytes;
  }
  return most;
}
