/** Leaks of a session of the WebUI, found in what it held after each run. Pure. */
import type { Allocator, Leak } from '../protocol/leak.ts';
import type { IdleSample } from './sample.ts';
import { stepsOf, type Step } from './steps.ts';
import { circumstancesIn, hasIt, suspectOf } from './suspect.ts';
import { trendOf } from './trend.ts';

const WATCHED = ['torch', 'beside', 'ram'] as const;
const CENTS = 100;

/**
 * @param samples one after each run, oldest first.
 * @param allocator of the WebUI's process; null where it is not known.
 */
export function leaksOf(samples: readonly IdleSample[], allocator: Allocator | null): Leak[] {
  return WATCHED.flatMap((figure) => {
    const found = growthIn(stepsOf(samples, figure));
    if (found === null) return [];
    const { steps, sinceMs, perRunMiB, suspect } = found;
    const grownMiB = steps.reduce((sum, { growthMiB }) => sum + growthMiB, 0);
    return [
      {
        growing: figure === 'beside' ? whoseIs(samples, sinceMs, grownMiB) : figure,
        perRunMiB: Math.round(perRunMiB * CENTS) / CENTS,
        grownMiB: Math.round(grownMiB * CENTS) / CENTS,
        runs: steps.length,
        sinceMs,
        suspect,
        allocator: figure === 'ram' ? allocator : null,
      },
    ];
  });
}

interface Found extends Pick<Leak, 'sinceMs' | 'perRunMiB' | 'suspect'> {
  readonly steps: readonly Step[];
}

/** In all like runs, or in those alone that have something in common: with others between them it would not be seen. */
function growthIn(steps: readonly Step[]): Found | null {
  const among = [steps, ...circumstancesIn(steps).map((one) => steps.filter((step) => hasIt(step, one)))];
  for (const some of among) {
    const trend = trendOf(some.map(({ growthMiB }) => growthMiB));
    const first = trend === null ? undefined : some[trend.from];
    if (trend === null || first === undefined) continue;
    const suspect = suspectOf(steps, steps.indexOf(first));
    return { steps: some.slice(trend.from), sinceMs: first.startedAtMs, perRunMiB: trend.perRunMiB, suspect };
  }
  return null;
}

/** The driver is asked for the process's whole seldom, so its context is not watched by itself. */
function whoseIs(samples: readonly IdleSample[], sinceMs: number, grownMiB: number): Leak['growing'] {
  // Of a WebUI on the CPU.
  if (samples.every(({ held }) => held.torch === null)) return 'others';
  const since = samples.findIndex(({ startedAtMs }) => startedAtMs >= sinceMs);
  const before = contextMiB(samples.slice(0, since).reverse());
  const now = contextMiB(samples.slice(since).reverse());
  if (before === null || now === null) return 'beside';
  return now - before >= grownMiB / 2 ? 'context' : 'others';
}

function contextMiB(newestFirst: readonly IdleSample[]): number | null {
  return newestFirst.map(({ held }) => held.context).find((mib) => mib !== null) ?? null;
}
