import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../base/clock.ts';

/** Garbage that may lie. V8 lets at least 8 MiB of it gather among old objects before it looks. */
const MOST_GROWN_BYTES = 2 * 1024 * 1024;
/** Whoever waits for a figure has it by then: to collect takes some 20 ms. */
const LOOK_EACH_MS = 2_000;

/** V8's heap. */
export interface Heap {
  /** Live objects and what of the others has not been collected; also what typed arrays hold, which lies outside. */
  readonly usedBytes: () => number;
  readonly collect: () => void;
}

/** Collects whenever the heap has grown, from now on until it is stopped. */
export function collectWhenGrown(heap: Heap, clock: Clock): { stop(): void } {
  let leastBytes = heap.usedBytes();
  let timer = clock.setTimeout(look, LOOK_EACH_MS);

  function look(): void {
    const usedBytes = heap.usedBytes();
    if (usedBytes - leastBytes > MOST_GROWN_BYTES) {
      heap.collect();
      leastBytes = heap.usedBytes();
    } else leastBytes = Math.min(leastBytes, usedBytes);
    timer = clock.setTimeout(look, LOOK_EACH_MS);
  }

  return { stop: () => timer.clear() };
}

/** This process's own; null where V8 lets nobody but itself collect. */
export function ownHeap(): Heap | null {
  // Node.js has no other way to have V8 collect than a function that V8 puts into contexts made from now on.
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('globalThis.gc');
  return isGc(gc) ? { usedBytes, collect: () => gc({ type: 'major', execution: 'sync' }) } : null;
}

function usedBytes(): number {
  const { used_heap_size: insideBytes, external_memory: outsideBytes } = getHeapStatistics();
  return insideBytes + outsideBytes;
}

function isGc(value: unknown): value is (how: { readonly type: 'major'; readonly execution: 'sync' }) => void {
  return typeof value === 'function';
}
