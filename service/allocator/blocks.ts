import { Pool } from './pool.ts';

/** Both of PyTorch's pools. */
export class Blocks {
  readonly small = new Pool();
  readonly large = new Pool();

  private constructor() {}

  static none(): Blocks {
    const blocks = spare.pop() ?? new Blocks();
    blocks.small.clear();
    blocks.large.clear();
    return blocks;
  }

  copy(): Blocks {
    const copy = spare.pop() ?? new Blocks();
    copy.small.copyOf(this.small);
    copy.large.copyOf(this.large);
    return copy;
  }

  get count(): number {
    return this.small.count + this.large.count;
  }

  /** Nobody uses them any more: another copy may take their place. */
  discard(): void {
    if (spare.length < MOST_SPARE) spare.push(this);
  }

  /** Gives back all segments without a live block. @returns their size. */
  dropFreeSegments(): number {
    return this.small.dropFreeSegments() + this.large.dropFreeSegments();
  }
}

/** As many as the replays of one generation leave behind, some 5 kB each, or 50 where weights come and go. */
const MOST_SPARE = 128;
const spare: Blocks[] = [];
