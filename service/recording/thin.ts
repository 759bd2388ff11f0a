import type { SampleLine } from './format.ts';

/** A sample that tells nothing new is kept no oftener. */
const KEEP_EACH_MS = 1_000;
/** A process's RAM moves all the time. */
const MOVED_RAM_MIB = 8;

/**
 * Keeps a recording small, and every change of a device's figures.
 * @param topResidentMiB the most RAM that was kept: what is more is kept too, so that the peak is in it.
 */
export function isWorthKeeping(kept: SampleLine | null, next: SampleLine, topResidentMiB: number): boolean {
  if (kept === null || next.afterMs - kept.afterMs >= KEEP_EACH_MS) return true;
  return (
    !sameFigures(kept.usedMiB, next.usedMiB) ||
    !sameFigures(kept.programMiB, next.programMiB) ||
    kept.processes !== next.processes ||
    (next.residentMiB ?? 0) > topResidentMiB ||
    Math.abs((kept.residentMiB ?? 0) - (next.residentMiB ?? 0)) >= MOVED_RAM_MIB
  );
}

function sameFigures(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  return a.length === b.length && a.every((figure, at) => figure === b[at]);
}
