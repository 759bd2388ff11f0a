import { setFlagsFromString } from 'node:v8';
import * as z from 'zod';

/**
 * Makes V8 rather collect than grow. Left alone, its space for young objects grows to 48 MiB after a burst of pages and hardly ever
 * shrinks, takes up to 30 MiB more for as long as old objects are being marked, and garbage is left lying elsewhere too; the sidecar
 * shares a machine whose memory is the very thing in want. Zod shall not write and compile a function for each schema either: messages
 * are small and few.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--no-separate-gc-phases');
  // A collection that is asked for (collector.ts) has V8 make two more some seconds later, which find nothing and cost as much again each.
  setFlagsFromString('--memory-reducer-gc-count=0');
  z.config({ jitless: true });
}
