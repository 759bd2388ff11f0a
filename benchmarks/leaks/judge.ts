/** How often the leak watch is wrong, and how soon it is right. */
import { quantile } from 'simple-statistics';
import { leaksOf } from '../../service/leaks/leaks.ts';
import { session, type Noise, type Sequence } from './sequences.ts';

/** The first run after which a leak is told, counted from 1; null where none is. */
function toldAfter(sequence: Sequence, noise: Noise, seed: number): number | null {
  const samples = session(sequence, noise, seed);
  for (let runs = 1; runs <= samples.length; runs += 1)
    if (leaksOf(samples.slice(0, runs), null).length > 0) return runs;
  return null;
}

/** Of so many sessions of 100 like runs without a leak, how many told of one. */
export function falseAlarms(noise: () => Noise, seeds: number): number {
  const sequence: Sequence = { figure: 'beside', runs: 100, leaksFrom: null, perRunMiB: 0, each: 1 };
  return Array.from({ length: seeds }, (_, seed) => toldAfter(sequence, noise(), seed + 1)).filter(
    (one) => one !== null,
  ).length;
}

export interface Delays {
  readonly medianRuns: number;
  readonly p95Runs: number;
  readonly latestRuns: number;
  readonly withinTen: number;
  readonly missed: number;
}

/** How many runs leaked before it was told, of a leak that begins after 20 runs without one. */
export function delays(noise: () => Noise, perRunMiB: number, seeds: number): Delays {
  const leaksFrom = 20;
  const sequence: Sequence = { figure: 'beside', runs: 80, leaksFrom, perRunMiB, each: 1 };
  const told = Array.from({ length: seeds }, (_, seed) => toldAfter(sequence, noise(), seed + 1));
  const runs = told.flatMap((one) => (one === null || one <= leaksFrom ? [] : [one - leaksFrom]));
  const some = runs.length > 0 ? runs : [Infinity];
  return {
    medianRuns: quantile(some, 0.5),
    p95Runs: quantile(some, 0.95),
    latestRuns: Math.max(...some),
    withinTen: runs.filter((one) => one <= 10).length,
    missed: seeds - runs.length,
  };
}
