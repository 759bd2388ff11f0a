import {
  CONSTANT_UNIT,
  RELEASE,
  SLICE,
  type Derived,
  type Kind,
  type Program,
  type Size,
  type Slicing,
  type When,
} from './program.ts';
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

const ALWAYS = { slicing: null, isSlice: false, when: 'always' } as const;

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
  #weightsFrom = 0;
  #onceMoreFrom: number | null = null;
  #onceMoreTo: number | null = null;
  #onceEndsFrom: number | null = null;

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

  /** What follows needs the network's weights. */
  needsWeights(): void {
    this.#weightsFrom = this.#slots.length;
  }

  /**
   * What follows is not done as often as the same work is done.
   * @param left by the work done once more: nothing is released of it where there was none.
   */
  endsOnceMore(...left: readonly Tensor[]): void {
    this.#onceMoreTo = this.#slots.length;
    this.release(...left);
    this.#onceEndsFrom = this.#slots.length;
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
      weightsFrom: this.#weightsFrom,
      onceMoreFrom: this.#onceMoreFrom ?? this.#slots.length,
      onceMoreTo: this.#onceMoreTo ?? this.#slots.length,
      onceEndsFrom: this.#onceEndsFrom ?? this.#slots.length,
      peakUnits: this.#peakUnits,
      peaks: this.#peaks.moments(),
      leastPeaks: this.#leastPeaks.moments(),
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
