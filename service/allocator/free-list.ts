const FIRST_CAPACITY = 64;
/** Passed over at once. */
const STRIDE = 8;
/** Where a block's address lies among its figures (pool.ts). */
const ADDRESS = 1;
const FIGURES = 2;

/**
 * Free blocks by size and then address. Their sizes lie side by side, for nearly all that a replay does is to look.
 * Behind the last stands a size that nothing is larger than, so that a search ends there.
 */
export class FreeList {
  #sizes = new Float64Array(FIRST_CAPACITY);
  #blocks = new Int32Array(FIRST_CAPACITY);
  length = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.length = 0;
    this.#sizes[0] = Infinity;
  }

  copyOf(other: FreeList): void {
    const { length } = other;
    if (this.#sizes.length <= length) this.#roomFor(2 * length);
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const otherSizes = other.#sizes;
    const otherBlocks = other.#blocks;
    for (let i = 0; i < length; i += 1) {
      sizes[i] = otherSizes[i] as number;
      blocks[i] = otherBlocks[i] as number;
    }
    sizes[length] = Infinity;
    this.length = length;
  }

  /** Less than any request where there is none. */
  get largest(): number {
    return this.length === 0 ? 0 : (this.#sizes[this.length - 1] as number);
  }

  blockAt(place: number): number {
    return this.#blocks[place] as number;
  }

  sizeAt(place: number): number {
    return this.#sizes[place] as number;
  }

  /** Where the first of at least this size is; the length where none is. */
  placeFor(size: number): number {
    const sizes = this.#sizes;
    let place = this.#near(size);
    while ((sizes[place] as number) < size) place += 1;
    return place;
  }

  /** @param block is in it, and of this size. */
  placeOf(block: number, size: number): number {
    const blocks = this.#blocks;
    let place = this.#near(size);
    while (blocks[place] !== block) place += 1;
    return place;
  }

  /** No further than the first of at least this size: where weights come and go there are many blocks to pass. */
  #near(size: number): number {
    const sizes = this.#sizes;
    let place = 0;
    while (place + STRIDE <= this.length && (sizes[place + STRIDE - 1] as number) < size) place += STRIDE;
    return place;
  }

  /** @param figures of all blocks. */
  add(block: number, size: number, figures: Float64Array): void {
    const last = this.length;
    if (last + 2 > this.#sizes.length) this.#roomFor(2 * last + 2);
    this.length = last + 1;
    this.#sizes[last + 1] = Infinity;
    this.replaceBySmaller(last, block, size, figures);
  }

  removeAt(place: number): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const last = this.length - 1;
    for (let i = place; i < last; i += 1) {
      sizes[i] = sizes[i + 1] as number;
      blocks[i] = blocks[i + 1] as number;
    }
    sizes[last] = Infinity;
    this.length = last;
  }

  /** What is at the place is overwritten, and all before it that is larger moves up. */
  replaceBySmaller(place: number, block: number, size: number, figures: Float64Array): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    let at = place;
    for (; at > 0; at -= 1) {
      const previous = sizes[at - 1] as number;
      if (previous <= size && (previous < size || !liesBehind(blocks[at - 1] as number, block, figures))) break;
      sizes[at] = previous;
      blocks[at] = blocks[at - 1] as number;
    }
    sizes[at] = size;
    blocks[at] = block;
  }

  /** What is at the place is overwritten, and all behind it that is smaller moves down. */
  replaceByLarger(place: number, block: number, size: number, figures: Float64Array): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    let at = place;
    for (;;) {
      const next = sizes[at + 1] as number;
      if (next >= size && (next > size || liesBehind(blocks[at + 1] as number, block, figures))) break;
      sizes[at] = next;
      blocks[at] = blocks[at + 1] as number;
      at += 1;
    }
    sizes[at] = size;
    blocks[at] = block;
  }

  #roomFor(count: number): void {
    const sizes = new Float64Array(count);
    const blocks = new Int32Array(count);
    sizes.set(this.#sizes);
    blocks.set(this.#blocks);
    this.#sizes = sizes;
    this.#blocks = blocks;
  }
}

function liesBehind(one: number, other: number, figures: Float64Array): boolean {
  return (figures[one * FIGURES + ADDRESS] as number) > (figures[other * FIGURES + ADDRESS] as number);
}
