import { FreeList } from './free-list.ts';

/** No block: what a search comes back with in vain. */
export const NONE = -1;
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
 * The blocks of one of PyTorch's pools. Those of a segment are linked in the order of their addresses; the free ones, a
 * dozen or so, are listed by size and then address, as PyTorch's block set is. What is read of an array was written
 * before, so that nothing is undefined: a test for it each time would take a tenth of a replay.
 */
export class Pool {
  // V8 has malloc hold typed arrays, and thousands that come and go cut its memory up for good: they are used again.
  #figures = new Float64Array(FIGURES * FIRST_CAPACITY);
  #links = new Int32Array(LINKS * FIRST_CAPACITY);
  readonly #free = new FreeList();
  #count = EDGE + 1;
  /** Numbers of blocks that no longer are, for use again, linked by `FREE`. */
  #unused = NONE;

  clear(): void {
    this.#count = EDGE + 1;
    this.#unused = NONE;
    this.#free.clear();
  }

  copyOf(other: Pool): void {
    const count = other.#count;
    if (this.#links.length < LINKS * count) this.#roomFor(count);
    // They are few: to make views of them takes longer.
    const [figures, otherFigures] = [this.#figures, other.#figures];
    for (let i = 0; i < FIGURES * count; i += 1) figures[i] = otherFigures[i] as number;
    const [links, otherLinks] = [this.#links, other.#links];
    for (let i = 0; i < LINKS * count; i += 1) links[i] = otherLinks[i] as number;
    this.#free.copyOf(other.#free);
    this.#count = count;
    this.#unused = other.#unused;
  }

  get count(): number {
    return this.#count;
  }

  sizeOf(block: number): number {
    return this.#figures[block * FIGURES + SIZE] as number;
  }

  addSegment(size: number, address: number): void {
    const block = this.#newBlock(size, address);
    this.#links[block * LINKS + BEFORE] = EDGE;
    this.#links[block * LINKS + AFTER] = EDGE;
    this.#links[block * LINKS + FREE] = 1;
    this.#free.add(block, size, this.#figures);
  }

  /** Whether a free block is of at least this size. */
  has(request: number): boolean {
    return this.#free.largest >= request;
  }

  /**
   * The smallest free block of at least this size, the lowest address first, split where more than `mostRest` would be
   * left.
   */
  take(request: number, mostRest: number): number {
    const list = this.#free;
    const place = list.placeFor(request);
    if (place === list.length) return NONE;
    const block = list.blockAt(place);
    const rest = list.sizeAt(place) - request;
    if (rest > mostRest) {
      const remainder = this.#split(block, request, rest);
      list.replaceBySmaller(place, remainder, rest, this.#figures);
    } else list.removeAt(place);
    this.#links[block * LINKS + FREE] = 0;
    return block;
  }

  /** Frees a block and joins it with its free neighbours. @returns its size. */
  release(block: number): number {
    const links = this.#links;
    const figures = this.#figures;
    const list = this.#free;
    const released = figures[block * FIGURES + SIZE] as number;
    const after = links[block * LINKS + AFTER] as number;
    const before = links[block * LINKS + BEFORE] as number;
    const joinsAfter = links[after * LINKS + FREE] === 1;
    if (links[before * LINKS + FREE] === 1) {
      const beforeSize = figures[before * FIGURES + SIZE] as number;
      let size = beforeSize + released;
      if (joinsAfter) {
        const afterSize = figures[after * FIGURES + SIZE] as number;
        size += afterSize;
        list.removeAt(list.placeOf(after, afterSize));
        this.#unlink(block, after);
      }
      this.#unlink(before, block);
      figures[before * FIGURES + SIZE] = size;
      list.replaceByLarger(list.placeOf(before, beforeSize), before, size, figures);
      return released;
    }
    links[block * LINKS + FREE] = 1;
    if (joinsAfter) {
      const afterSize = figures[after * FIGURES + SIZE] as number;
      const size = released + afterSize;
      const place = list.placeOf(after, afterSize);
      this.#unlink(block, after);
      figures[block * FIGURES + SIZE] = size;
      list.replaceByLarger(place, block, size, figures);
    } else list.add(block, released, figures);
    return released;
  }

  /** Gives back all segments without a live block. @returns their size. */
  dropFreeSegments(): number {
    const links = this.#links;
    const list = this.#free;
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

  /** @returns what is left of it, which is not listed yet. */
  #split(block: number, request: number, rest: number): number {
    const remainder = this.#newBlock(rest, (this.#figures[block * FIGURES + ADDRESS] as number) + request);
    const links = this.#links;
    const after = links[block * LINKS + AFTER] as number;
    this.#figures[block * FIGURES + SIZE] = request;
    links[remainder * LINKS + BEFORE] = block;
    links[remainder * LINKS + AFTER] = after;
    links[remainder * LINKS + FREE] = 1;
    links[block * LINKS + AFTER] = remainder;
    links[after * LINKS + BEFORE] = remainder;
    return remainder;
  }

  /** Takes a block out behind another, which is to have its size. */
  #unlink(block: number, after: number): void {
    const links = this.#links;
    const next = links[after * LINKS + AFTER] as number;
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
    } else this.#unused = this.#links[block * LINKS + FREE] as number;
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
