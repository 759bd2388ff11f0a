/** The free blocks of one pool, ordered by size and then address, as PyTorch's block set is; a few dozen at most times. */
export class FreeBlocks {
  readonly #sizes: number[] = [];
  readonly #addresses: number[] = [];
  readonly #blocks: number[] = [];

  blocks(): readonly number[] {
    return [...this.#blocks];
  }

  add(block: number, size: number, address: number): void {
    const at = this.#position(size, address);
    // By hand: splice would make an array each time.
    for (let i = this.#blocks.length; i > at; i -= 1) {
      this.#sizes[i] = this.#sizes[i - 1] ?? 0;
      this.#addresses[i] = this.#addresses[i - 1] ?? 0;
      this.#blocks[i] = this.#blocks[i - 1] ?? 0;
    }
    this.#sizes[at] = size;
    this.#addresses[at] = address;
    this.#blocks[at] = block;
  }

  remove(size: number, address: number): void {
    this.#takeOut(this.#position(size, address));
  }

  /** The smallest block of at least this size, the lowest address first; -1 = none. */
  takeBestFit(size: number): number {
    const at = this.#position(size, 0);
    const block = this.#blocks[at];
    if (block === undefined) return -1;
    this.#takeOut(at);
    return block;
  }

  #takeOut(at: number): void {
    for (let i = at + 1; i < this.#blocks.length; i += 1) {
      this.#sizes[i - 1] = this.#sizes[i] ?? 0;
      this.#addresses[i - 1] = this.#addresses[i] ?? 0;
      this.#blocks[i - 1] = this.#blocks[i] ?? 0;
    }
    this.#sizes.pop();
    this.#addresses.pop();
    this.#blocks.pop();
  }

  /** Where a block of this size and address is, or would be. */
  #position(size: number, address: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#sizes[middle] ?? 0;
      if (other < size || (other === size && (this.#addresses[middle] ?? 0) < address)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
