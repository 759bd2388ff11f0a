import { FreeList } from './free-list.ts';

/** No block: what a search comes back with in vain. */
export const NONE = -1;
/** The pools. */
export const SMALL = 0;
export const LARGE = 1;
type Pool = typeof SMALL | typeof LARGE;
/** Stands on both sides of each segment, and is never free: nothing is joined with it. */
const EDGE = 0;

/** Two figures and three links of each block, so that a block's lie side by side. */
const SIZE = 0;
const ADDRESS = 1;
const FIGURES = 2;
const BEFORE = 0;
const AFTER = 1;
/** 1: it is free. Of a number that no longer is a block, the next such number. */
const FREE = 2;
const LINKS = 3;
const FIRST_CAPACITY = 64;

/**
 * The blocks of PyTorch's two pools. Those of a segment are linked in the order of their addresses; the free ones of a
 * pool, a dozen or so, are listed by size and then address, as PyTorch's block set is.
 */
export class Blocks {
  // V8 has malloc hold typed arrays, and thousands that come and go cut its memory up for good: they are used again.
  #figures = new Float64Array(FIGURES * FIRST_CAPACITY);
  #links = new Int32Array(LINKS * FIRST_CAPACITY);
  readonly #small = new FreeList();
  readonly #large = new FreeList();
  #count = EDGE + 1;
  /** Numbers of blocks that no longer are, for use again, linked by `FREE`. */
  #unused = NONE;

  private constructor() {}

  static none(): Blocks {
    const blocks = spare.pop() ?? new Blocks();
    blocks.#count = EDGE + 1;
    blocks.#unused = NONE;
    blocks.#small.clear();
    blocks.#large.clear();
    return blocks;
  }

  copy(): Blocks {
    const copy = spare.pop() ?? new Blocks();
    const count = this.#count;
    if (copy.#links.length < LINKS * count) copy.#roomFor(count);
    copy.#figures.set(this.#figures.subarray(0, FIGURES * count));
    copy.#links.set(this.#links.subarray(0, LINKS * count));
    copy.#small.copyOf(this.#small);
    copy.#large.copyOf(this.#large);
    copy.#count = count;
    copy.#unused = this.#unused;
    return copy;
  }

  get count(): number {
    return this.#count;
  }

  /** Nobody uses them any more: another copy may take their place. */
  discard(): void {
    if (spare.length < MOST_SPARE) spare.push(this);
  }

  sizeOf(block: number): number {
    return this.#figures[block * FIGURES + SIZE] ?? 0;
  }

  addSegment(pool: Pool, size: number, address: number): void {
    const block = this.#newBlock(size, address);
    this.#links[block * LINKS + BEFORE] = EDGE;
    this.#links[block * LINKS + AFTER] = EDGE;
    this.#links[block * LINKS + FREE] = 1;
    this.#listOf(pool).add(block, size, this.#figures);
  }

  /** Whether a free block is of at least this size. */
  has(pool: Pool, request: number): boolean {
    return this.#listOf(pool).largest >= request;
  }

  /**
   * The smallest free block of at least this size, the lowest address first, split where more than `mostRest` would be
   * left.
   */
  take(pool: Pool, request: number, mostRest: number): number {
    const list = this.#listOf(pool);
    const at = list.placeFor(request);
    if (at === list.length) return NONE;
    const block = list.blockAt(at);
    const size = this.#figures[block * FIGURES + SIZE] ?? 0;
    const rest = size - request;
    if (rest > mostRest) {
      const remainder = this.#split(block, request, rest);
      list.replaceBySmaller(at, remainder, rest, this.#figures);
    } else list.removeAt(at);
    this.#links[block * LINKS + FREE] = 0;
    return block;
  }

  /** Frees a block and joins it with its free neighbours. */
  release(pool: Pool, block: number): void {
    const links = this.#links;
    const figures = this.#figures;
    const list = this.#listOf(pool);
    const after = links[block * LINKS + AFTER] ?? EDGE;
    const before = links[block * LINKS + BEFORE] ?? EDGE;
    const joinsAfter = links[after * LINKS + FREE] === 1;
    let place = NONE;
    if (joinsAfter) {
      place = list.placeOf(after);
      this.#join(block, after);
    }
    let whole = block;
    if (links[before * LINKS + FREE] === 1) {
      if (joinsAfter) list.removeAt(place);
      place = list.placeOf(before);
      this.#join(before, block);
      whole = before;
    }
    const size = figures[whole * FIGURES + SIZE] ?? 0;
    links[whole * LINKS + FREE] = 1;
    if (place === NONE) list.add(whole, size, figures);
    else list.replaceByLarger(place, whole, size, figures);
  }

  /** Gives back all segments of a pool without a live block. @returns their size. */
  dropFreeSegments(pool: Pool): number {
    const links = this.#links;
    const list = this.#listOf(pool);
    let dropped = 0;
    for (let at = 0; at < list.length;) {
      const block = list.blockAt(at);
      if (links[block * LINKS + BEFORE] !== EDGE || links[block * LINKS + AFTER] !== EDGE) {
        at += 1;
        continue;
      }
      dropped += this.sizeOf(block);
      list.removeAt(at);
      this.#forget(block);
    }
    return dropped;
  }

  #listOf(pool: Pool): FreeList {
    return pool === SMALL ? this.#small : this.#large;
  }

  /** @returns what is left of it, which is not listed yet. */
  #split(block: number, request: number, rest: number): number {
    const remainder = this.#newBlock(rest, (this.#figures[block * FIGURES + ADDRESS] ?? 0) + request);
    const links = this.#links;
    const after = links[block * LINKS + AFTER] ?? EDGE;
    this.#figures[block * FIGURES + SIZE] = request;
    links[remainder * LINKS + BEFORE] = block;
    links[remainder * LINKS + AFTER] = after;
    links[remainder * LINKS + FREE] = 1;
    links[block * LINKS + AFTER] = remainder;
    links[after * LINKS + BEFORE] = remainder;
    return remainder;
  }

  /** Two neighbours become the first. */
  #join(block: number, after: number): void {
    const links = this.#links;
    this.#figures[block * FIGURES + SIZE] = this.sizeOf(block) + this.sizeOf(after);
    const next = links[after * LINKS + AFTER] ?? EDGE;
    links[block * LINKS + AFTER] = next;
    links[next * LINKS + BEFORE] = block;
    this.#forget(after);
  }

  #newBlock(size: number, address: number): number {
    let block = this.#unused;
    if (block === NONE) {
      block = this.#count;
      this.#count += 1;
      if (block * LINKS >= this.#links.length) this.#roomFor(2 * block);
    } else this.#unused = this.#links[block * LINKS + FREE] ?? NONE;
    this.#figures[block * FIGURES + SIZE] = size;
    this.#figures[block * FIGURES + ADDRESS] = address;
    return block;
  }

  #forget(block: number): void {
    this.#links[block * LINKS + FREE] = this.#unused;
    this.#unused = block;
  }

  #roomFor(count: number): void {
    const figures = new Float64Array(FIGURES * count);
    const links = new Int32Array(LINKS * count);
    figures.set(this.#figures);
    links.set(this.#links);
    this.#figures = figures;
    this.#links = links;
  }
}

/** As many as the replays of one generation leave behind, some 3 kB each, or 50 where weights come and go. */
const MOST_SPARE = 128;
const spare: Blocks[] = [];
