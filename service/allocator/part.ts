import type { Phase } from '../protocol/settings.ts';
import type { Program } from '../program/program.ts';

/** A stretch of a program, on one size. */
export interface Part {
  readonly phase: Phase;
  readonly program: Program;
  /** Operations from here on, */
  readonly from: number;
  /** up to here. */
  readonly to: number;
  /** How many elements each unit has. */
  readonly elements: readonly number[];
  /** The same work once more, which matters only under a limit. */
  readonly repeats: boolean;
  /** The cache is emptied before it; left out = it is not. */
  readonly afterEmptying?: boolean;
  /** What it leaves live is there all along and counts nowhere; left out = it counts. */
  readonly isBeside?: boolean;
}

/** A program's work done the first time, and once more. */
export function partsOf(phase: Phase, program: Program, elements: readonly number[]): [Part, Part] {
  const first = { phase, program, from: 0, to: program.onceMoreFrom, elements, repeats: false };
  return [first, { ...first, from: first.to, to: program.slots.length, repeats: true }];
}

/**
 * What was reserved and live at the most up to the end of a part; the latter during it, in blocks as they were given
 * out.
 */
export interface PartPeaks {
  readonly phase: Phase;
  readonly activeMiB: number;
  readonly reservedMiB: number;
}
