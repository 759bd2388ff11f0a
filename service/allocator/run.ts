import { BYTES_PER_MIB } from '../base/units.ts';
import type { Phase } from '../protocol/settings.ts';
import { BLOCK_BYTES, CachingAllocator } from './allocator.ts';
import { NONE } from './blocks.ts';
import { sameSlices, sliceOf } from './slicing.ts';
import { bytesOf, RELEASE, SLICE, type Kind, type Program, type Slice } from '../program/program.ts';

/** A stretch of a program, on one size. */
export interface Part {
  readonly phase: Phase;
  readonly program: Program;
  /** Operations from here on, */
  readonly from: number;
  /** up to here. */
  readonly to: number;
  /** How many elements each unit has. */
  readonly elements: readonly number[];
  /** The same work once more, which matters only under a limit. */
  readonly repeats: boolean;
}

/** A program's work done the first time, and once more. */
export function partsOf(phase: Phase, program: Program, elements: readonly number[]): [Part, Part] {
  const first = { phase, program, from: 0, to: program.onceMoreFrom, elements, repeats: false };
  return [first, { ...first, from: first.to, to: program.slots.length, repeats: true }];
}

/**
 * What was reserved and live at the most up to the end of a part; the latter during it, in blocks as they were given
 * out.
 */
export interface PartPeaks {
  readonly phase: Phase;
  readonly activeMiB: number;
  readonly reservedMiB: number;
}

/** One replay of parts, one after the other, under one limit. What a part leaves live stays. */
export class Run {
  readonly #limitMiB: number;
  readonly #roomMiB: number | null;
  readonly #looseMiB: number;
  readonly allocator: CachingAllocator;
  /** What each slot of the program holds. */
  #held: number[] = [];
  /** The same of programs before it: weights stay while others compute. */
  #heldBy: ReadonlyMap<Program, readonly number[]> = new Map();
  #requests: readonly number[] = [];
  /** Convolutions that do without a workspace. */
  #without: ReadonlySet<string | null> = new Set();
  #part: Part | null = null;
  #next = 0;
  #slices = 1;
  #isWhole = false;
  /** Limits with which the same slices were made. */
  #fromMiB = 0;
  #upToMiB = Infinity;
  #peaks: readonly PartPeaks[] = [];
  #asked = false;

  /**
   * @param limitMiB most that may be reserved.
   * @param roomMiB all that the device has for the process: what a program sees that slices its work to fit, whatever
   *   the limit; null = no more than that.
   * @param looseMiB free beside that in segments that nothing large fits into: such a program takes it for room.
   */
  constructor(limitMiB: number, roomMiB: number | null, looseMiB = 0, allocator = new CachingAllocator(limitMiB)) {
    this.#limitMiB = limitMiB;
    this.#roomMiB = roomMiB;
    this.#looseMiB = looseMiB;
    this.allocator = allocator;
  }

  copy(limitMiB: number): Run {
    const copy = new Run(limitMiB, this.#roomMiB, this.#looseMiB, this.allocator.copy(limitMiB));
    copy.#held = this.#held.slice();
    copy.#heldBy = this.#heldBy;
    copy.#requests = this.#requests;
    copy.#without = this.#without;
    copy.#part = this.#part;
    copy.#next = this.#next;
    copy.#slices = this.#slices;
    copy.#isWhole = this.#isWhole;
    copy.#fromMiB = this.#fromMiB;
    copy.#upToMiB = this.#upToMiB;
    copy.#peaks = this.#peaks;
    copy.#asked = this.#asked;
    return copy;
  }

  /** Whether it would have come here in the same way under this limit. */
  wouldBeSame(limitMiB: number): boolean {
    const { fromMiB, upToMiB } = this.sameMiB;
    return fromMiB <= limitMiB && limitMiB < upToMiB;
  }

  /** Limits from the first and below the second under which it would have gone the same way. */
  get sameMiB(): { readonly fromMiB: number; readonly upToMiB: number } {
    return {
      fromMiB: Math.max(this.#fromMiB, this.allocator.peakMiB),
      upToMiB: Math.min(this.#upToMiB, this.allocator.refusedMiB),
    };
  }

  /** Of each part that was finished. */
  get peaks(): readonly PartPeaks[] {
    return this.#peaks;
  }

  /** As many as it costs to copy. */
  get blocks(): number {
    return this.allocator.blocks;
  }

  /** It is used no more. */
  discard(): void {
    this.allocator.discard();
  }

  /** The cache did not hold all that the current part wanted: once more it may go otherwise. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Operations of the current part that are done. */
  get done(): number {
    return this.#next;
  }

  /** Most slices that work was cut into to fit. */
  get slices(): number {
    return this.#slices;
  }

  /** Work was to be sliced and could not be: it was done in one piece. */
  get wasUnsliceable(): boolean {
    return this.#isWhole;
  }

  begin(part: Part): void {
    if (this.#part?.program !== part.program) {
      if (this.#part !== null) this.#heldBy = new Map([...this.#heldBy, [this.#part.program, this.#held]]);
      this.#held = this.#heldBy.get(part.program)?.slice() ?? new Array<number>(part.program.slotCount).fill(NONE);
    }
    this.#requests = part.program.kinds.map((kind) =>
      this.#doesWithout(kind, part.elements) ? WITHOUT : requestOf(kind, part.elements, WHOLE),
    );
    this.#part = part;
    this.#asked = false;
    this.#next = part.from;
    this.allocator.forgetActivePeak();
  }

  /**
   * Goes on to the end of the part.
   * @param beforeReserving is told each time that the cache holds too little for a request.
   * @returns false where it ran out of memory.
   */
  finish(beforeReserving?: () => void): boolean {
    if (this.#part === null) throw new Error('a part is begun first');
    const ends = this.#goOn(this.#part, beforeReserving);
    this.#peaks = [
      ...this.#peaks,
      { phase: this.#part.phase, activeMiB: this.allocator.activePeakMiB, reservedMiB: this.allocator.peakMiB },
    ];
    return ends;
  }

  #goOn(part: Part, beforeReserving?: () => void): boolean {
    const { program, to } = part;
    const { slots, sizes } = program;
    const { allocator } = this;
    const held = this.#held;
    let requests = this.#requests;
    for (let i = this.#next; i < to; i += 1) {
      const slot = slots[i] ?? 0;
      const size = sizes[i] ?? RELEASE;
      if (size === RELEASE) {
        const taken = held[slot] ?? NONE;
        if (taken !== NONE) allocator.release(taken);
      } else if (size === SLICE) {
        if (!this.#slice(part, slot)) return false;
        requests = this.#requests;
      } else {
        const request = requests[size] ?? 1;
        // What is released at once leaves all as it was, where the cache has it.
        if (sizes[i + 1] === RELEASE && slots[i + 1] === slot && i + 1 < to) {
          if (request === WITHOUT || allocator.passes(request)) {
            i += 1;
            continue;
          }
        }
        let taken = request === WITHOUT ? NONE : allocator.take(request);
        if (taken === NONE && request !== WITHOUT) {
          this.#next = i;
          this.#asked = true;
          beforeReserving?.();
          if (allocator.reserve(request)) taken = allocator.take(request);
          else if (!this.#doWithout(part, size)) return false;
          requests = this.#requests;
        }
        held[slot] = taken;
      }
    }
    this.#next = to;
    return true;
  }

  /** Decides on a number of slices. @returns false where there is none that will do. */
  #slice({ program, elements }: Part, index: number): boolean {
    const slicing = program.slicings[index];
    if (slicing === undefined) throw new Error('a slicing for each place where slices are decided');
    const { activeBytes } = this.allocator;
    const seenMiB = this.#roomMiB ?? this.#limitMiB + this.#looseMiB;
    const freeBytes = seenMiB * BYTES_PER_MIB - activeBytes;
    if (this.#roomMiB === null) {
      const { fromBytes, upToBytes } = sameSlices(slicing, elements, freeBytes);
      this.#fromMiB = Math.max(this.#fromMiB, (activeBytes + fromBytes) / BYTES_PER_MIB - this.#looseMiB);
      this.#upToMiB = Math.min(this.#upToMiB, (activeBytes + upToBytes) / BYTES_PER_MIB - this.#looseMiB);
    }
    const slice = sliceOf(slicing, elements, freeBytes);
    if (slice === null) return false;
    this.#slices = Math.max(this.#slices, Math.ceil(slice.of / slice.taken));
    this.#isWhole ||= slice.isWhole;
    this.#requests = this.#requests.map((request, k) => {
      const kind = program.kinds[k];
      return kind?.slicing === index ? requestOf(kind, elements, slice) : request;
    });
    return true;
  }

  /** Mostly nothing is done without, and a name takes its time. */
  #doesWithout(kind: Kind, elements: readonly number[]): boolean {
    return this.#without.size > 0 && this.#without.has(workspaceName(kind, elements));
  }

  /** @returns false where it must be had. */
  #doWithout({ program, elements }: Part, index: number): boolean {
    const name = workspaceName(program.kinds[index], elements);
    if (name === null) return false;
    this.#without = new Set([...this.#without, name]);
    this.#requests = this.#requests.map((request, k) =>
      workspaceName(program.kinds[k], elements) === name ? WITHOUT : request,
    );
    return true;
  }
}

/** Stands for the request of what is done without, and of nothing. */
const WITHOUT = 0;

const WHOLE: Slice = { taken: 1, of: 1, isWhole: false };

function requestOf({ sizes, isSlice, when }: Kind, elements: readonly number[], { taken, of }: Slice): number {
  if (when !== 'always' && (when === 'whole') !== (taken === of)) return WITHOUT;
  let bytes = 0;
  for (const size of sizes) bytes += bytesOf(size, elements);
  return Math.ceil((isSlice ? (bytes * taken) / of : bytes) / BLOCK_BYTES);
}

/** PyTorch remembers an engine by the shapes of its convolution; null where it is no workspace. */
function workspaceName(kind: Kind | undefined, elements: readonly number[]): string | null {
  return kind?.isWorkspace === true
    ? kind.sizes.map(({ unit, bytes }) => `${unit} ${bytes} ${elements[unit] ?? 0}`).join(' ')
    : null;
}
