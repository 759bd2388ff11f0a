/** No block: what a search comes back with in vain, and what stands for the next free block of one that is live. */
export const NONE = -1;
/** The pools. Each stands at both ends of the list of its free blocks, larger than any request: a search ends here. */
export const SMALL = 0;
export const LARGE = 1;
type Pool = typeof SMALL | typeof LARGE;
/** Stands on both sides of each segment, and is never free: nothing is joined with it. */
const EDGE = 2;

/** Two figures and four links of each block, so that a block's lie side by side. */
const SIZE = 0;
const ADDRESS = 1;
const FIGURES = 2;
const BEFORE = 0;
const AFTER = 1;
const NEXT = 2;
const PREVIOUS = 3;
const LINKS = 4;
const FIRST_CAPACITY = 64;

/**
 * The blocks of PyTorch's two pools. Those of a segment are linked in the order of their addresses; the free ones of a
 * pool, a dozen or so, by size and then address, as PyTorch's block set is.
 */
export class Blocks {
  // Not typed arrays: V8 has malloc hold those, and thousands of copies that come and go cut its memory up for good.
  #figures: number[];
  #links: number[];
  #count = EDGE + 1;
  /** Numbers of blocks that no longer are, for use again, linked by `NEXT`. */
  #unused = NONE;

  private constructor(figures: number[], links: number[]) {
    this.#figures = figures;
    this.#links = links;
  }

  static none(): Blocks {
    // Infinity stays with the pools: larger than any request, be it of terabytes.
    const blocks = new Blocks(
      new Array<number>(FIGURES * FIRST_CAPACITY).fill(Infinity),
      new Array<number>(LINKS * FIRST_CAPACITY).fill(0),
    );
    for (const pool of [SMALL, LARGE]) {
      blocks.#links[pool * LINKS + NEXT] = pool;
      blocks.#links[pool * LINKS + PREVIOUS] = pool;
    }
    blocks.#links[EDGE * LINKS + NEXT] = NONE;
    return blocks;
  }

  copy(): Blocks {
    const copy = new Blocks(this.#figures.slice(), this.#links.slice());
    copy.#count = this.#count;
    copy.#unused = this.#unused;
    return copy;
  }

  sizeOf(block: number): number {
    return this.#figures[block * FIGURES + SIZE] ?? 0;
  }

  addSegment(pool: Pool, size: number, address: number): void {
    const block = this.#newBlock(size, address);
    this.#links[block * LINKS + BEFORE] = EDGE;
    this.#links[block * LINKS + AFTER] = EDGE;
    this.#list(block, this.#links[pool * LINKS + NEXT] ?? pool);
  }

  /**
   * The smallest free block of at least this size, the lowest address first, split where more than `mostRest` would be
   * left.
   */
  take(pool: Pool, request: number, mostRest: number): number {
    const figures = this.#figures;
    const links = this.#links;
    let block = links[pool * LINKS + NEXT] ?? NONE;
    while ((figures[block * FIGURES + SIZE] ?? 0) < request) block = links[block * LINKS + NEXT] ?? NONE;
    if (block === pool) return NONE;
    this.#unlist(block);
    const rest = (figures[block * FIGURES + SIZE] ?? 0) - request;
    if (rest > mostRest) this.#split(pool, block, request, rest);
    return block;
  }

  /** Frees a block and joins it with its free neighbours. */
  release(pool: Pool, block: number): void {
    const links = this.#links;
    const after = links[block * LINKS + AFTER] ?? EDGE;
    const before = links[block * LINKS + BEFORE] ?? EDGE;
    // What is joined is larger than either neighbour was, so its place in the list is behind theirs.
    let next = links[pool * LINKS + NEXT] ?? NONE;
    if (this.#isFree(after)) {
      next = this.#unlist(after);
      this.#join(block, after);
    }
    if (!this.#isFree(before)) {
      this.#list(block, next);
      return;
    }
    next = this.#unlist(before);
    this.#join(before, block);
    this.#list(before, next);
  }

  /** Gives back all segments of a pool without a live block. @returns their size. */
  dropFreeSegments(pool: Pool): number {
    const links = this.#links;
    let dropped = 0;
    let next = links[pool * LINKS + NEXT] ?? NONE;
    while (next !== pool) {
      const block = next;
      next = links[block * LINKS + NEXT] ?? NONE;
      if (links[block * LINKS + BEFORE] !== EDGE || links[block * LINKS + AFTER] !== EDGE) continue;
      dropped += this.sizeOf(block);
      this.#unlist(block);
      this.#forget(block);
    }
    return dropped;
  }

  #isFree(block: number): boolean {
    return this.#links[block * LINKS + NEXT] !== NONE;
  }

  #split(pool: Pool, block: number, request: number, rest: number): void {
    const remainder = this.#newBlock(rest, (this.#figures[block * FIGURES + ADDRESS] ?? 0) + request);
    const links = this.#links;
    const after = links[block * LINKS + AFTER] ?? EDGE;
    this.#figures[block * FIGURES + SIZE] = request;
    links[remainder * LINKS + BEFORE] = block;
    links[remainder * LINKS + AFTER] = after;
    links[block * LINKS + AFTER] = remainder;
    links[after * LINKS + BEFORE] = remainder;
    this.#list(remainder, links[pool * LINKS + NEXT] ?? NONE);
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

  /** @param from a block of the list, none before which is larger, or the list's end. */
  #list(block: number, from: number): void {
    const figures = this.#figures;
    const links = this.#links;
    const size = figures[block * FIGURES + SIZE] ?? 0;
    const address = figures[block * FIGURES + ADDRESS] ?? 0;
    let next = from;
    while ((figures[next * FIGURES + SIZE] ?? 0) < size) next = links[next * LINKS + NEXT] ?? NONE;
    while (figures[next * FIGURES + SIZE] === size && (figures[next * FIGURES + ADDRESS] ?? 0) < address)
      next = links[next * LINKS + NEXT] ?? NONE;
    const previous = links[next * LINKS + PREVIOUS] ?? NONE;
    links[block * LINKS + NEXT] = next;
    links[block * LINKS + PREVIOUS] = previous;
    links[previous * LINKS + NEXT] = block;
    links[next * LINKS + PREVIOUS] = block;
  }

  /** @returns the next in the list. */
  #unlist(block: number): number {
    const links = this.#links;
    const next = links[block * LINKS + NEXT] ?? NONE;
    const previous = links[block * LINKS + PREVIOUS] ?? NONE;
    links[previous * LINKS + NEXT] = next;
    links[next * LINKS + PREVIOUS] = previous;
    links[block * LINKS + NEXT] = NONE;
    return next;
  }

  #newBlock(size: number, address: number): number {
    let block = this.#unused;
    if (block === NONE) {
      block = this.#count;
      this.#count += 1;
      if (block * LINKS === this.#links.length) this.#grow();
    } else this.#unused = this.#links[block * LINKS + NEXT] ?? NONE;
    this.#figures[block * FIGURES + SIZE] = size;
    this.#figures[block * FIGURES + ADDRESS] = address;
    return block;
  }

  #forget(block: number): void {
    this.#links[block * LINKS + NEXT] = this.#unused;
    this.#unused = block;
  }

  #grow(): void {
    this.#figures = this.#figures.concat(new Array<number>(this.#figures.length).fill(Infinity));
    this.#links = this.#links.concat(new Array<number>(this.#links.length).fill(0));
  }
}
