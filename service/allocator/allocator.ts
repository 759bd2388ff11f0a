import { BYTES_PER_MIB } from '../base/units.ts';
import { RELEASE, SLICE, type Program } from '../program/program.ts';
import { Blocks } from './blocks.ts';
import { NONE } from './pool.ts';

/** Sizes are counted in PyTorch's smallest blocks of 512 B, so that they are small integers. */
export const BLOCK_BYTES = 512;
const BLOCKS_PER_MIB = BYTES_PER_MIB / BLOCK_BYTES;
const SMALL_REQUEST = BLOCKS_PER_MIB;
const SMALL_SEGMENT = 2 * BLOCKS_PER_MIB;
const MEDIUM_REQUEST = 10 * BLOCKS_PER_MIB;
const MEDIUM_SEGMENT = 20 * BLOCKS_PER_MIB;
const LARGE_STEP = 2 * BLOCKS_PER_MIB;

/**
 * PyTorch's caching allocator on one stream with default settings, replayed (c10/cuda/CUDACachingAllocator.cpp):
 * requests are rounded to 512 B; those up to 1 MiB come from segments of 2 MiB, those up to 10 MiB from 20 MiB, larger
 * ones from their own, rounded to 2 MiB; the best fit is taken and split where at least 512 B (small pool) or over 1
 * MiB (large) is left; free neighbours are joined. Where the limit refuses a segment, every segment without a live
 * block is given back and the request tried once more.
 */
export class CachingAllocator {
  readonly #blocks: Blocks;
  #limit: number;
  #nextAddress = 0;
  #reserved = 0;
  #peak = 0;
  #refused = Infinity;
  #active = 0;
  #activePeak = 0;

  /** @param limitMiB most that may be reserved. */
  constructor(limitMiB: number, blocks = Blocks.none()) {
    this.#blocks = blocks;
    this.#limit = limitMiB * BLOCKS_PER_MIB;
  }

  /** The same state under another limit, one that would have granted and refused the same. */
  copy(limitMiB: number): CachingAllocator {
    const copy = new CachingAllocator(limitMiB, this.#blocks.copy());
    copy.#nextAddress = this.#nextAddress;
    copy.#reserved = this.#reserved;
    copy.#peak = this.#peak;
    copy.#refused = this.#refused;
    copy.#active = this.#active;
    copy.#activePeak = this.#activePeak;
    return copy;
  }

  /** It is used no more. */
  discard(): void {
    this.#blocks.discard();
  }

  /** Numbers of blocks that a copy copies. */
  get blocks(): number {
    return this.#blocks.count;
  }

  /** Most that was reserved. */
  get peakMiB(): number {
    return this.#peak / BLOCKS_PER_MIB;
  }

  /** The least that was refused. */
  get refusedMiB(): number {
    return this.#refused / BLOCKS_PER_MIB;
  }

  get activeBytes(): number {
    return this.#active * BLOCK_BYTES;
  }

  /** Most that was live at once since `forgetActivePeak`, in blocks as they were given out. */
  get activePeakMiB(): number {
    return this.#activePeak / BLOCKS_PER_MIB;
  }

  forgetActivePeak(): void {
    this.#activePeak = this.#active;
  }

  /** From the cache. @returns what `release` takes; `NONE` where nothing in it is large enough. */
  take(request: number): number {
    const isSmall = request <= SMALL_REQUEST;
    const pool = isSmall ? this.#blocks.small : this.#blocks.large;
    const block = pool.take(request, isSmall ? 0 : SMALL_REQUEST);
    if (block === NONE) return NONE;
    this.#active += pool.sizeOf(block);
    if (this.#active > this.#activePeak) this.#activePeak = this.#active;
    return 2 * block + (isSmall ? 1 : 0);
  }

  release(taken: number): void {
    const { small, large } = this.#blocks;
    this.#active -= ((taken & 1) === 1 ? small : large).release(taken >> 1);
  }

  /**
   * Operations of a program (program.ts), one after the other, as far as the cache has what they ask for.
   * @param requests of each of the program's sizes; 0 = nothing is asked for.
   * @param held what each slot holds, kept up to date.
   * @returns the first operation that was not done: `to`, one that the cache holds too little for, or one that decides
   *   on slices.
   */
  goOn(
    { slots, sizes }: Pick<Program, 'slots' | 'sizes'>,
    requests: readonly number[],
    held: number[],
    from: number,
    to: number,
  ): number {
    const { small, large } = this.#blocks;
    let active = this.#active;
    let activePeak = this.#activePeak;
    let at = from;
    for (; at < to; at += 1) {
      const slot = slots[at] as number;
      const size = sizes[at] as number;
      if (size === RELEASE) {
        const taken = held[slot] as number;
        if (taken !== NONE) active -= ((taken & 1) === 1 ? small : large).release(taken >> 1);
        continue;
      }
      if (size === SLICE) break;
      const request = requests[size] as number;
      if (request === 0) {
        held[slot] = NONE;
        continue;
      }
      const isSmall = request <= SMALL_REQUEST;
      const pool = isSmall ? small : large;
      // What is released at once leaves all as it was, where the cache has it and it is not the most that was live: a
      // block is not split for less than a small request.
      if (at + 1 < to && sizes[at + 1] === RELEASE && slots[at + 1] === slot) {
        if (active + request + SMALL_REQUEST <= activePeak && pool.has(request)) {
          at += 1;
          continue;
        }
      }
      const block = pool.take(request, isSmall ? 0 : SMALL_REQUEST);
      if (block === NONE) break;
      active += pool.sizeOf(block);
      if (active > activePeak) activePeak = active;
      held[slot] = 2 * block + (isSmall ? 1 : 0);
    }
    this.#active = active;
    this.#activePeak = activePeak;
    return at;
  }

  /** Puts a segment into the cache in which a request finds its place. @returns false where the limit refuses it. */
  reserve(request: number): boolean {
    const segment =
      request <= SMALL_REQUEST
        ? SMALL_SEGMENT
        : request < MEDIUM_REQUEST
          ? MEDIUM_SEGMENT
          : Math.ceil(request / LARGE_STEP) * LARGE_STEP;
    if (!this.#grants(segment)) {
      this.emptyCache();
      if (!this.#grants(segment)) return false;
    }
    const pool = request <= SMALL_REQUEST ? this.#blocks.small : this.#blocks.large;
    pool.addSegment(segment, this.#nextAddress);
    this.#nextAddress += segment;
    this.#reserved += segment;
    this.#peak = Math.max(this.#peak, this.#reserved);
    return true;
  }

  /** Every segment without a live block is given back. */
  emptyCache(): void {
    this.#reserved -= this.#blocks.dropFreeSegments();
  }

  /** What is live now is counted no more, nor against the limit; what is free beside it in its segments is. */
  leaveOutLive(): void {
    this.#reserved -= this.#active;
    this.#active = 0;
    this.#peak = this.#reserved;
    this.#activePeak = 0;
  }

  #grants(segment: number): boolean {
    const wanted = this.#reserved + segment;
    if (wanted <= this.#limit) return true;
    this.#refused = Math.min(this.#refused, wanted);
    return false;
  }
}
