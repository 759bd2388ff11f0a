/** No block: what a search comes back with in vain, and what stands for the next free block of one that is live. */
export const NONE = -1;
/** Stands at both ends of the list of free blocks, larger than any request: a search ends here. */
const LIST = 0;
/** Stands on both sides of each segment, and is never free: nothing is joined with it. */
const EDGE = 1;

/** Columns of a block: two figures and four links, so that a block's lie side by side. */
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
 * Blocks of one of PyTorch's two pools. Those of a segment are linked in the order of their addresses; the free ones, a few dozen at most
 * times, by size and then address, as PyTorch's block set is.
 */
export class Pool {
  #figures: Float64Array;
  #links: Int32Array;
  #count = EDGE + 1;
  /** Numbers of blocks that no longer are, for use again, linked by `NEXT`. */
  #unused = NONE;

  constructor(figures = new Float64Array(FIGURES * FIRST_CAPACITY), links = new Int32Array(LINKS * FIRST_CAPACITY)) {
    this.#figures = figures;
    this.#links = links;
    figures[LIST * FIGURES + SIZE] = Infinity;
    links[EDGE * LINKS + NEXT] = NONE;
  }

  copy(): Pool {
    const copy = new Pool(this.#figures.slice(), this.#links.slice());
    copy.#count = this.#count;
    copy.#unused = this.#unused;
    return copy;
  }

  sizeOf(block: number): number {
    return this.#figures[block * FIGURES + SIZE] ?? 0;
  }

  addSegment(size: number, address: number): void {
    const block = this.#newBlock(size, address);
    this.#links[block * LINKS + BEFORE] = EDGE;
    this.#links[block * LINKS + AFTER] = EDGE;
    this.#list(block);
  }

  /** The smallest free block of at least this size, the lowest address first, split where more than `mostRest` would be left. */
  take(request: number, mostRest: number): number {
    const figures = this.#figures;
    const links = this.#links;
    let block = links[LIST * LINKS + NEXT] ?? LIST;
    while ((figures[block * FIGURES + SIZE] ?? 0) < request) block = links[block * LINKS + NEXT] ?? LIST;
    if (block === LIST) return NONE;
    this.#unlist(block);
    const rest = (figures[block * FIGURES + SIZE] ?? 0) - request;
    if (rest > mostRest) this.#split(block, request, rest);
    return block;
  }

  /** Frees a block and joins it with its free neighbours. */
  release(block: number): void {
    const links = this.#links;
    const after = links[block * LINKS + AFTER] ?? EDGE;
    if ((links[after * LINKS + NEXT] ?? NONE) !== NONE) this.#join(block, after, after);
    const before = links[block * LINKS + BEFORE] ?? EDGE;
    if ((links[before * LINKS + NEXT] ?? NONE) === NONE) {
      this.#list(block);
      return;
    }
    this.#join(before, block, before);
    this.#list(before);
  }

  /** Gives back all segments without a live block. @returns their size. */
  dropFreeSegments(): number {
    const links = this.#links;
    let dropped = 0;
    for (let block = links[LIST * LINKS + NEXT] ?? LIST; block !== LIST; ) {
      const next = links[block * LINKS + NEXT] ?? LIST;
      if (links[block * LINKS + BEFORE] === EDGE && links[block * LINKS + AFTER] === EDGE) {
        dropped += this.sizeOf(block);
        this.#unlist(block);
        this.#forget(block);
      }
      block = next;
    }
    return dropped;
  }

  #split(block: number, request: number, rest: number): void {
    const address = this.#figures[block * FIGURES + ADDRESS] ?? 0;
    const remainder = this.#newBlock(rest, address + request);
    const links = this.#links;
    const after = links[block * LINKS + AFTER] ?? EDGE;
    this.#figures[block * FIGURES + SIZE] = request;
    links[remainder * LINKS + BEFORE] = block;
    links[remainder * LINKS + AFTER] = after;
    links[block * LINKS + AFTER] = remainder;
    links[after * LINKS + BEFORE] = remainder;
    this.#list(remainder);
  }

  /** Makes two neighbours one, the first; `free`, one of them, is taken from the list. */
  #join(block: number, after: number, free: number): void {
    const links = this.#links;
    this.#unlist(free);
    this.#figures[block * FIGURES + SIZE] = this.sizeOf(block) + this.sizeOf(after);
    const next = links[after * LINKS + AFTER] ?? EDGE;
    links[block * LINKS + AFTER] = next;
    links[next * LINKS + BEFORE] = block;
    this.#forget(after);
  }

  #list(block: number): void {
    const figures = this.#figures;
    const links = this.#links;
    const size = figures[block * FIGURES + SIZE] ?? 0;
    const address = figures[block * FIGURES + ADDRESS] ?? 0;
    let next = links[LIST * LINKS + NEXT] ?? LIST;
    while ((figures[next * FIGURES + SIZE] ?? 0) < size) next = links[next * LINKS + NEXT] ?? LIST;
    while (figures[next * FIGURES + SIZE] === size && (figures[next * FIGURES + ADDRESS] ?? 0) < address) next = links[next * LINKS + NEXT] ?? LIST;
    const previous = links[next * LINKS + PREVIOUS] ?? LIST;
    links[block * LINKS + NEXT] = next;
    links[block * LINKS + PREVIOUS] = previous;
    links[previous * LINKS + NEXT] = block;
    links[next * LINKS + PREVIOUS] = block;
  }

  #unlist(block: number): void {
    const links = this.#links;
    const next = links[block * LINKS + NEXT] ?? LIST;
    const previous = links[block * LINKS + PREVIOUS] ?? LIST;
    links[previous * LINKS + NEXT] = next;
    links[next * LINKS + PREVIOUS] = previous;
    links[block * LINKS + NEXT] = NONE;
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
    const figures = new Float64Array(2 * this.#figures.length);
    figures.set(this.#figures);
    this.#figures = figures;
    const links = new Int32Array(2 * this.#links.length);
    links.set(this.#links);
    this.#links = links;
  }
}
