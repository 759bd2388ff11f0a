import { setFlagsFromString } from 'node:v8';
import * as z from 'zod';

/**
 * Makes V8 rather collect than grow. Left alone, its space for young objects grows to 48 MiB after a burst of pages and
 * hardly ever shrinks, takes up to 30 MiB more for as long as old objects are being marked, and garbage is left lying
 * elsewhere too; the sidecar shares a machine whose memory is the very thing in want. Zod shall not write and compile a
 * function for each schema either: messages are small and few.
 */
export function keepHeapSmall(): void {
  for (const setting of settingsFor(process.versions.v8)) setFlagsFromString(setting);
  z.config({ jitless: true });
}

/** A V8 that does not know a setting says so on stderr, where people read it. */
export function settingsFor(v8Version: string): readonly string[] {
  const settings = [
    '--semi-space-growth-factor=1',
    '--optimize-for-size',
    // A collection that is asked for (collector.ts) has V8 make two more some seconds later, which find nothing and
    // cost as much again each.
    '--memory-reducer-gc-count=0',
  ];
  // Gone since Node.js 25, which has V8 14.
  return Number.parseInt(v8Version) < 14 ? [...settings, '--no-separate-gc-phases'] : settings;
}
