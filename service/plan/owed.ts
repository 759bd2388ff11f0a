/** Runs that the person is owed, whatever others would teach more: of each operation, and of the sizes asked for. */
import { PX_PER_MPX } from '../base/units.ts';
import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import type { Fit, Observation } from '../model/types.ts';
import { candidates, type CandidateLimits } from './candidates.ts';
import type { PlanOptions } from './types.ts';

/** Of the uncapped runs, this share is dealt out to the operations alike; what the others teach decides on the rest. */
const DEALT_SHARE = 0.5;
/** The largest settings, or where they are not safe the largest picture and the largest batch apart. */
const OUTWARD_RUNS = 2;

export interface Owed {
  /** Uncapped runs still to be made. */
  readonly left: number;
  /** How many of those are an operation's. Another's runs can teach all of one, for they share their networks. */
  readonly byOperation: ReadonlyMap<Operation, number>;
}

export function owedOf(options: PlanOptions, observations: readonly Observation[], uncappedSize: number): Owed {
  const { operations } = options;
  const share = Math.ceil((DEALT_SHARE * uncappedSize) / operations.length);
  const uncapped = observations.filter(({ capMiB }) => capMiB === null);
  const due = (operation: Operation): number =>
    Math.max(0, share - uncapped.filter(({ settings }) => settings.operation === operation).length);
  const byOperation = new Map(operations.map((operation) => [operation, due(operation)]));
  return { left: uncappedSize - observations.length, byOperation };
}

/** Once there are just as many runs left as are owed to operations, only those are chosen from; empty before. */
export function owedToOperations(owed: Owed, open: readonly GenerationSettings[]): GenerationSettings[] {
  return owed.left > sumOf(owed) ? [] : open.filter((settings) => isOwed(owed, settings));
}

function sumOf({ byOperation }: Owed): number {
  return [...byOperation.values()].reduce((sum, runs) => sum + runs, 0);
}

function isOwed({ byOperation }: Owed, { operation }: GenerationSettings): boolean {
  return (byOperation.get(operation) ?? 0) > 0;
}

/**
 * What is left to run so that all that was asked for lies inside what was measured: the largest picture with the
 * largest batch, or where that is not safe the most that is, of both. Empty where nothing larger is safe than what was
 * run, and while there are runs enough left.
 */
export function owedOutward(
  options: PlanOptions,
  { domain }: Fit,
  owed: Owed,
  open: readonly GenerationSettings[],
  isSafe: (settings: GenerationSettings) => boolean,
): GenerationSettings[] {
  if (owed.left > sumOf(owed) + OUTWARD_RUNS) return [];
  const top = topOf(options);
  const isBeyond = (settings: GenerationSettings): boolean =>
    outputAreaMpx(settings) * PX_PER_MPX > domain.maxAreaPx || workMpx(settings) * PX_PER_MPX > domain.maxWorkPx;
  const beyond = open.filter((settings) => isBeyond(settings) && isSafe(settings));
  const corner = beyond.filter((one) => outputAreaMpx(one) >= top.areaMpx && workMpx(one) >= top.workMpx);
  const most = [largest(beyond, workMpx, domain.maxWorkPx), largest(beyond, outputAreaMpx, domain.maxAreaPx)];
  const found = [corner, ...most].find((some) => some.length > 0) ?? [];
  // One run can pay both debts.
  const ofOwed = found.filter((settings) => isOwed(owed, settings));
  return ofOwed.length > 0 ? ofOwed : found;
}

/** What estimates up to the limits of the form reach. */
export function topOf(options: CandidateLimits): { readonly areaMpx: number; readonly workMpx: number } {
  const all = candidates(options);
  return { areaMpx: Math.max(0, ...all.map(outputAreaMpx)), workMpx: Math.max(0, ...all.map(workMpx)) };
}

function largest(
  all: readonly GenerationSettings[],
  of: (settings: GenerationSettings) => number,
  reachedPx: number,
): GenerationSettings[] {
  const most = all.reduce((top, settings) => Math.max(top, of(settings)), 0);
  return most * PX_PER_MPX > reachedPx ? all.filter((settings) => of(settings) === most) : [];
}
