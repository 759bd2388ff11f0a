const FIRST_CAPACITY = 64;
/** Where a block's address lies among its figures (blocks.ts). */
const ADDRESS = 1;
const FIGURES = 2;

/** Free blocks by size and then address. Their sizes lie side by side, for nearly all that a replay does is to look. */
export class FreeList {
  #sizes = new Float64Array(FIRST_CAPACITY);
  #blocks = new Int32Array(FIRST_CAPACITY);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  copyOf(other: FreeList): void {
    const { length } = other;
    if (this.#sizes.length <= length) this.#roomFor(2 * length);
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const otherSizes = other.#sizes;
    const otherBlocks = other.#blocks;
    for (let i = 0; i < length; i += 1) {
      sizes[i] = otherSizes[i] ?? 0;
      blocks[i] = otherBlocks[i] ?? 0;
    }
    this.length = length;
  }

  /** 0 where there is none. */
  get largest(): number {
    return this.length === 0 ? 0 : (this.#sizes[this.length - 1] ?? 0);
  }

  blockAt(place: number): number {
    return this.#blocks[place] ?? 0;
  }

  /** Where the first of at least this size is; the length where none is. */
  placeFor(size: number): number {
    const { length } = this;
    const sizes = this.#sizes;
    if (length === 0 || (sizes[length - 1] ?? 0) < size) return length;
    let place = 0;
    while ((sizes[place] ?? 0) < size) place += 1;
    return place;
  }

  /** @param block is in it. */
  placeOf(block: number): number {
    const blocks = this.#blocks;
    let place = 0;
    while (blocks[place] !== block) place += 1;
    return place;
  }

  /** @param figures of all blocks. */
  add(block: number, size: number, figures: Float64Array): void {
    if (this.length === this.#sizes.length) this.#roomFor(2 * this.length);
    this.length += 1;
    this.#moveDown(this.length - 1, block, size, figures);
  }

  removeAt(place: number): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const last = this.length - 1;
    for (let i = place; i < last; i += 1) {
      sizes[i] = sizes[i + 1] ?? 0;
      blocks[i] = blocks[i + 1] ?? 0;
    }
    this.length = last;
  }

  replaceBySmaller(place: number, block: number, size: number, figures: Float64Array): void {
    this.#moveDown(place, block, size, figures);
  }

  replaceByLarger(place: number, block: number, size: number, figures: Float64Array): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const last = this.length - 1;
    const address = figures[block * FIGURES + ADDRESS] ?? 0;
    let at = place;
    for (; at < last; at += 1) {
      const next = sizes[at + 1] ?? 0;
      const nextBlock = blocks[at + 1] ?? 0;
      if (next > size || (next === size && (figures[nextBlock * FIGURES + ADDRESS] ?? 0) > address)) break;
      sizes[at] = next;
      blocks[at] = nextBlock;
    }
    sizes[at] = size;
    blocks[at] = block;
  }

  /** What is at the place is overwritten, and all before it that is larger moves up. */
  #moveDown(place: number, block: number, size: number, figures: Float64Array): void {
    const sizes = this.#sizes;
    const blocks = this.#blocks;
    const address = figures[block * FIGURES + ADDRESS] ?? 0;
    let at = place;
    for (; at > 0; at -= 1) {
      const previous = sizes[at - 1] ?? 0;
      const previousBlock = blocks[at - 1] ?? 0;
      if (previous < size || (previous === size && (figures[previousBlock * FIGURES + ADDRESS] ?? 0) < address)) break;
      sizes[at] = previous;
      blocks[at] = previousBlock;
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
