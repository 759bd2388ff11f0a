/** nvidia-smi's failures, from how it exits. */
import type { OutputReason } from './error-text.ts';

/**
 * From nvidia-smi's manual page ("Return value"); 18 is what it returns on a mismatch; the last ones are a shell's and
 * Windows'.
 */
const EXIT_REASONS: ReadonlyMap<number, OutputReason> = new Map([
  [2, 'unknown-field'],
  [3, 'not-available'],
  [4, 'no-permission'],
  [6, 'no-devices'],
  [8, 'not-available'],
  [9, 'driver-missing'],
  [10, 'not-available'],
  [12, 'driver-missing'],
  [13, 'not-available'],
  [15, 'gpu-lost'],
  [18, 'driver-mismatch'],
  [126, 'no-permission'],
  [127, 'driver-missing'],
  [9009, 'driver-missing'],
  [0xc0000135, 'driver-missing'],
]);

export function exitReason(exitCode: number): OutputReason | null {
  return EXIT_REASONS.get(exitCode < -1 ? exitCode + 2 ** 32 : exitCode) ?? null;
}

/** Exit codes with which no call gives rows: a driver that went away while nvidia-smi looped. */
export function exitSpoilsRows(exitCode: number): boolean {
  return exitCode === 9 || exitCode === 12 || exitCode === 18;
}
