import { BYTES_PER_MIB } from '../base/units.ts';
import { CachingAllocator } from './allocator.ts';
import type { Part, PartPeaks } from './part.ts';
import { NONE } from './pool.ts';
import { requestsOf, WITHOUT, type Sliced } from './requests.ts';
import { SLICE, type Program } from '../program/program.ts';

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
  /** Of each size of the program: what the part asks for, or else an array of this run's own. */
  #requests: readonly number[] = [];
  #ownRequests: number[] | null = null;
  /** What was decided last of each slicing. */
  #sliced: readonly (Sliced | undefined)[] = [];
  /** Convolutions that do without a workspace. */
  #without: readonly string[] = [];
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
    // From now on it is nobody's own.
    this.#ownRequests = null;
    copy.#requests = this.#requests;
    copy.#sliced = this.#sliced;
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
    if (part.afterEmptying === true) this.allocator.emptyCache();
    if (this.#part?.program !== part.program) {
      if (this.#part !== null) this.#heldBy = new Map([...this.#heldBy, [this.#part.program, this.#held]]);
      this.#held = this.#heldBy.get(part.program)?.slice() ?? new Array<number>(part.program.slotCount).fill(NONE);
    }
    const asked = requestsOf(part);
    this.#requests = this.#without.length === 0 ? asked.whole : asked.wholeWithout(this.#without);
    this.#ownRequests = null;
    this.#sliced = [];
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
    if (this.#part.isBeside === true) this.allocator.leaveOutLive();
    return ends;
  }

  #goOn(part: Part, beforeReserving?: () => void): boolean {
    const { program, to } = part;
    const { allocator } = this;
    for (;;) {
      const at = allocator.goOn(program, this.#requests, this.#held, this.#next, to);
      this.#next = at;
      if (at === to) return true;
      const slot = program.slots[at] as number;
      const size = program.sizes[at] as number;
      if (size === SLICE) {
        if (!this.#slice(part, slot)) return false;
      } else {
        this.#asked = true;
        beforeReserving?.();
        const request = this.#requests[size] as number;
        if (allocator.reserve(request)) this.#held[slot] = allocator.take(request);
        else if (this.#doWithout(part, size)) this.#held[slot] = NONE;
        else return false;
      }
      this.#next = at + 1;
    }
  }

  /** Decides on a number of slices. @returns false where there is none that will do. */
  #slice(part: Part, index: number): boolean {
    const { activeBytes } = this.allocator;
    const seenMiB = this.#roomMiB ?? this.#limitMiB + this.#looseMiB;
    const freeBytes = seenMiB * BYTES_PER_MIB - activeBytes;
    const asked = requestsOf(part);
    const sliced = asked.sliced(index, freeBytes);
    if (this.#roomMiB === null) {
      this.#fromMiB = Math.max(this.#fromMiB, (activeBytes + sliced.fromBytes) / BYTES_PER_MIB - this.#looseMiB);
      this.#upToMiB = Math.min(this.#upToMiB, (activeBytes + sliced.upToBytes) / BYTES_PER_MIB - this.#looseMiB);
    }
    const { slice } = sliced;
    if (slice === null) return false;
    this.#slices = Math.max(this.#slices, Math.ceil(slice.of / slice.taken));
    this.#isWhole ||= slice.isWhole;
    if (this.#sliced[index] === sliced) return true;
    const all = this.#sliced.slice();
    all[index] = sliced;
    this.#sliced = all;
    asked.putSliced(index, sliced, this.#own());
    return true;
  }

  /** Requests that may be changed. */
  #own(): number[] {
    if (this.#ownRequests === null) {
      this.#ownRequests = [...this.#requests];
      this.#requests = this.#ownRequests;
    }
    return this.#ownRequests;
  }

  /** @returns false where it must be had. */
  #doWithout(part: Part, index: number): boolean {
    const workspace = requestsOf(part).workspaceOf(index);
    if (workspace === null) return false;
    this.#without = [...this.#without, workspace.name];
    const own = this.#own();
    for (const size of workspace.sizes) own[size] = WITHOUT;
    return true;
  }
}
