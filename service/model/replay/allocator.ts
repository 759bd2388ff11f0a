import { FreeBlocks } from './free-blocks.ts';
import { slicesOf } from './slicing.ts';
import { RELEASE, SLICE, type Program } from './tape.ts';

/** Sizes are counted in PyTorch's smallest blocks of 512 B, so that they are small integers. */
const BLOCK_BYTES = 512;
const BLOCKS_PER_MIB = (1024 * 1024) / BLOCK_BYTES;
const SMALL_REQUEST = BLOCKS_PER_MIB;
const SMALL_SEGMENT = 2 * BLOCKS_PER_MIB;
const MEDIUM_REQUEST = 10 * BLOCKS_PER_MIB;
const MEDIUM_SEGMENT = 20 * BLOCKS_PER_MIB;
const LARGE_STEP = 2 * BLOCKS_PER_MIB;
const NONE = -1;

/**
 * PyTorch's caching allocator on one stream with default settings, replayed (c10/cuda/CUDACachingAllocator.cpp): requests
 * are rounded to 512 B; those up to 1 MiB come from segments of 2 MiB, those up to 10 MiB from 20 MiB, larger ones from their own, rounded
 * to 2 MiB; the best fit is taken and split where at least 512 B (small pool) or over 1 MiB (large) is left; free neighbours are joined.
 * Where the limit refuses a segment, every segment without a live block is given back and the request tried once more.
 */
export class CachingAllocator {
  readonly #size: number[] = [];
  readonly #address: number[] = [];
  readonly #before: number[] = [];
  readonly #after: number[] = [];
  readonly #free: boolean[] = [];
  readonly #pool: FreeBlocks[] = [];
  /** Numbers of blocks that no longer are, for use again. */
  readonly #unused: number[] = [];
  readonly #small = new FreeBlocks();
  readonly #large = new FreeBlocks();
  readonly #limit: number;
  readonly #room: number;
  #nextAddress = 0;
  #reserved = 0;
  #peak = 0;
  #active = 0;
  #activePeak = 0;
  #slices = 1;
  #isWhole = false;

  /**
   * @param limitMiB most that may be reserved.
   * @param roomMiB all that the device has for the process: what a program sees that slices its work to fit, whatever the limit.
   */
  constructor(limitMiB = Infinity, roomMiB = limitMiB) {
    this.#limit = limitMiB * BLOCKS_PER_MIB;
    this.#room = roomMiB * BLOCKS_PER_MIB;
  }

  /** Most that was reserved. */
  get peakMiB(): number {
    return this.#peak / BLOCKS_PER_MIB;
  }

  /** Most that was live at once in the last program, in blocks as they were given out. */
  get activePeakMiB(): number {
    return this.#activePeak / BLOCKS_PER_MIB;
  }

  /** Most slices that work was cut into to fit. */
  get slices(): number {
    return this.#slices;
  }

  /** Work was to be sliced and could not be: it was done in one piece. */
  get wasUnsliceable(): boolean {
    return this.#isWhole;
  }

  /**
   * Runs a program with so many elements of each unit. What it leaves live stays.
   * @returns false where it ran out of memory.
   */
  run(program: Program, elements: readonly number[]): boolean {
    const { slots, sizes, kinds } = program;
    const requestOf = ({ unit, bytes }: Program['kinds'][number], slices: number): number => Math.max(1, Math.ceil((bytes * (elements[unit] ?? 0)) / slices / BLOCK_BYTES));
    const requests = kinds.map((kind) => requestOf(kind, 1));
    const blocks = new Int32Array(program.slotCount);
    this.#activePeak = this.#active;
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] ?? 0;
      const size = sizes[i] ?? NONE;
      if (size === RELEASE) {
        this.#release(blocks[slot] ?? NONE);
        continue;
      }
      if (size === SLICE) {
        const slices = this.#decideSlices(program, slot, elements);
        if (slices === null) return false;
        for (let k = 0; k < kinds.length; k += 1) {
          const kind = kinds[k];
          if (kind?.slicing === slot) requests[k] = requestOf(kind, slices);
        }
        continue;
      }
      const block = this.#allocate(requests[size] ?? 1);
      if (block === NONE) return false;
      blocks[slot] = block;
    }
    return true;
  }

  #decideSlices(program: Program, index: number, elements: readonly number[]): number | null {
    const slicing = program.slicings[index];
    if (slicing === undefined) throw new Error('a slicing for each place where slices are decided');
    const decided = slicesOf(slicing, elements, (this.#room - this.#active) * BLOCK_BYTES);
    if (decided === null) return null;
    this.#slices = Math.max(this.#slices, decided.slices);
    this.#isWhole ||= decided.isWhole;
    return decided.slices;
  }

  #release(block: number): void {
    this.#active -= this.#size[block] ?? 0;
    const pool = this.#poolOf(block);
    const after = this.#after[block] ?? NONE;
    if (after !== NONE && this.#free[after] === true) {
      pool.remove(this.#size[after] ?? 0, this.#address[after] ?? 0);
      this.#join(block, after);
    }
    const before = this.#before[block] ?? NONE;
    const joins = before !== NONE && this.#free[before] === true;
    if (joins) {
      pool.remove(this.#size[before] ?? 0, this.#address[before] ?? 0);
      this.#join(before, block);
    }
    const first = joins ? before : block;
    this.#free[first] = true;
    pool.add(first, this.#size[first] ?? 0, this.#address[first] ?? 0);
  }

  #allocate(request: number): number {
    const isSmall = request <= SMALL_REQUEST;
    const pool = isSmall ? this.#small : this.#large;
    const found = pool.takeBestFit(request);
    const block = found === NONE ? this.#newSegment(request, pool) : found;
    if (block === NONE) return NONE;
    const rest = (this.#size[block] ?? 0) - request;
    if (rest > (isSmall ? 0 : SMALL_REQUEST)) this.#split(block, request, rest, pool);
    this.#free[block] = false;
    this.#active += this.#size[block] ?? 0;
    if (this.#active > this.#activePeak) this.#activePeak = this.#active;
    return block;
  }

  #newSegment(request: number, pool: FreeBlocks): number {
    const segment = request <= SMALL_REQUEST ? SMALL_SEGMENT : request < MEDIUM_REQUEST ? MEDIUM_SEGMENT : Math.ceil(request / LARGE_STEP) * LARGE_STEP;
    if (this.#reserved + segment > this.#limit) this.#emptyCache();
    if (this.#reserved + segment > this.#limit) return NONE;
    const block = this.#newBlock(segment, this.#nextAddress, pool);
    this.#before[block] = NONE;
    this.#after[block] = NONE;
    this.#nextAddress += segment;
    this.#reserved += segment;
    if (this.#reserved > this.#peak) this.#peak = this.#reserved;
    return block;
  }

  #emptyCache(): void {
    for (const pool of [this.#small, this.#large]) {
      for (const block of pool.blocks()) {
        if (this.#before[block] !== NONE || this.#after[block] !== NONE) continue;
        pool.remove(this.#size[block] ?? 0, this.#address[block] ?? 0);
        this.#reserved -= this.#size[block] ?? 0;
        this.#unused.push(block);
      }
    }
  }

  #newBlock(size: number, address: number, pool: FreeBlocks): number {
    const block = this.#unused.pop() ?? this.#size.length;
    this.#size[block] = size;
    this.#address[block] = address;
    this.#pool[block] = pool;
    return block;
  }

  #split(block: number, request: number, rest: number, pool: FreeBlocks): void {
    const next = this.#after[block] ?? NONE;
    const remainder = this.#newBlock(rest, (this.#address[block] ?? 0) + request, pool);
    this.#size[block] = request;
    this.#before[remainder] = block;
    this.#after[remainder] = next;
    this.#after[block] = remainder;
    if (next !== NONE) this.#before[next] = remainder;
    this.#free[remainder] = true;
    pool.add(remainder, rest, this.#address[remainder] ?? 0);
  }

  #join(block: number, after: number): void {
    const next = this.#after[after] ?? NONE;
    this.#size[block] = (this.#size[block] ?? 0) + (this.#size[after] ?? 0);
    this.#after[block] = next;
    if (next !== NONE) this.#before[next] = block;
    this.#unused.push(after);
  }

  #poolOf(block: number): FreeBlocks {
    const pool = this.#pool[block];
    if (pool === undefined) throw new Error('no such block');
    return pool;
  }
}
