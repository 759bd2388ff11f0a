import { describe, expect, it } from '@jest/globals';
import { collectWhenGrown, ownHeap, type Heap } from '../../../service/cli/collector.ts';
import { createFakeClock } from '../server/fake-clock.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

/** A heap of which so much lives. */
function heapOf(liveMiB: number): Heap & { usedMiB: number; collections: number } {
  const heap = {
    usedMiB: liveMiB,
    collections: 0,
    usedBytes: () => heap.usedMiB * MIB,
    collect: () => {
      heap.usedMiB = liveMiB;
      heap.collections += 1;
    },
  };
  return heap;
}

describe('what a fit leaves behind is not left lying', () => {
  it('is collected once, within seconds', async () => {
    const [heap, clock] = [heapOf(10), createFakeClock()];
    collectWhenGrown(heap, clock);
    heap.usedMiB = 13;
    await clock.advance(5_000);
    expect(heap).toMatchObject({ usedMiB: 10, collections: 1 });
    await clock.advance(MINUTE_MS);
    expect(heap.collections).toBe(1);
  });

  it('is let be where it is little: to collect takes time', async () => {
    const [heap, clock] = [heapOf(10), createFakeClock()];
    collectWhenGrown(heap, clock);
    heap.usedMiB = 11.5;
    await clock.advance(MINUTE_MS);
    expect(heap.collections).toBe(0);
  });

  it('is measured from what V8 itself left of the heap', async () => {
    const [heap, clock] = [heapOf(10), createFakeClock()];
    collectWhenGrown(heap, clock);
    heap.usedMiB = 7;
    await clock.advance(5_000);
    heap.usedMiB = 9.5;
    await clock.advance(5_000);
    expect(heap.collections).toBe(1);
  });

  it('is collected again as often as there is some', async () => {
    const [heap, clock] = [heapOf(10), createFakeClock()];
    collectWhenGrown(heap, clock);
    for (let time = 1; time <= 5; time += 1) {
      heap.usedMiB = 20;
      await clock.advance(5_000);
      expect(heap.collections).toBe(time);
    }
  });
});

describe("V8's own heap", () => {
  it.each<[string, () => unknown]>([
    ['arrays', () => new Array<number>(1000).fill(0.5)],
    // What they hold lies outside of V8's own heap, and a replay leaves megabytes of them behind.
    ['typed arrays', () => new Float64Array(1000)],
  ])('is smaller once %s that nobody holds are collected', (_, make) => {
    const heap = ownHeap();
    const held = [Array.from({ length: 1000 }, make)];
    const fullBytes = heap?.usedBytes() ?? 0;
    held.pop();
    heap?.collect();
    // The memory of typed arrays is given back in the background, at the latest when the next collection begins.
    heap?.collect();
    expect(heap?.usedBytes()).toBeLessThan(fullBytes - 4 * MIB);
  });
});
