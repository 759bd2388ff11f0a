/** A tensor on a tape: `channels` x the elements of one channel (`unit` says how many), `width` bytes each. */
export interface Tensor {
  readonly slot: number;
  readonly unit: number;
  readonly channels: number;
  readonly width: number;
}

/** What one network allocates and releases, in order; sizes are left open until the picture's size is known. */
export interface Program {
  /** Slot and size of each allocation; a release has the size -1. */
  readonly slots: Int32Array;
  readonly sizes: Int32Array;
  /** Each size that occurs: `bytes` times the number of elements of `unit`. */
  readonly kinds: readonly { readonly unit: number; readonly bytes: number }[];
  readonly slotCount: number;
  /** Bytes live at the moments that may be the peak, for one element of each unit: none is below another in every unit. */
  readonly peaks: readonly (readonly number[])[];
}

/** Writes a program down while a network is walked through once. */
export class Tape {
  readonly #slots: number[] = [];
  readonly #sizes: number[] = [];
  readonly #kinds = new Map<string, { index: number; unit: number; bytes: number }>();
  readonly #vacant: number[] = [];
  readonly #live = new Set<number>();
  readonly #liveBytes: number[];
  #peaks: number[][] = [];
  #slotCount = 0;

  constructor(units: number) {
    this.#liveBytes = new Array<number>(units).fill(0);
  }

  allocate(unit: number, channels: number, width: number): Tensor {
    const slot = this.#vacant.pop() ?? this.#slotCount++;
    const bytes = channels * width;
    const name = `${unit} ${bytes}`;
    const kind = this.#kinds.get(name) ?? { index: this.#kinds.size, unit, bytes };
    this.#kinds.set(name, kind);
    this.#slots.push(slot);
    this.#sizes.push(kind.index);
    this.#live.add(slot);
    this.#liveBytes[unit] = (this.#liveBytes[unit] ?? 0) + bytes;
    this.#notePeak();
    return { slot, unit, channels, width };
  }

  release(...tensors: readonly Tensor[]): void {
    for (const { slot, unit, channels, width } of tensors) {
      if (!this.#live.delete(slot)) throw new Error('a tensor is released once');
      this.#slots.push(slot);
      this.#sizes.push(-1);
      this.#vacant.push(slot);
      this.#liveBytes[unit] = (this.#liveBytes[unit] ?? 0) - channels * width;
    }
  }

  program(): Program {
    return { slots: Int32Array.from(this.#slots), sizes: Int32Array.from(this.#sizes), kinds: [...this.#kinds.values()], slotCount: this.#slotCount, peaks: this.#peaks };
  }

  #notePeak(): void {
    const now = this.#liveBytes;
    const isBelow = (a: readonly number[], b: readonly number[]): boolean => a.every((bytes, unit) => bytes <= (b[unit] ?? 0));
    if (this.#peaks.some((peak) => isBelow(now, peak))) return;
    this.#peaks = [...this.#peaks.filter((peak) => !isBelow(peak, now)), [...now]];
  }
}

/** Most bytes that a program has live at once, without any rounding; `elements` of each unit. */
export function liveBytes(program: Program, elements: readonly number[]): number {
  let most = 0;
  for (const peak of program.peaks) {
    let bytes = 0;
    for (let unit = 0; unit < peak.length; unit += 1) bytes += (peak[unit] ?? 0) * (elements[unit] ?? 0);
    if (bytes > most) most = bytes;
  }
  return most;
}
