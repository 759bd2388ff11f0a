/** What has to hold for `npm run test:card` to pass. */
import type { BenchmarkFigures } from './benchmark.ts';
import type { Scores } from './score.ts';

export interface Goal {
  what: string;
  /** Null where nothing was there to be measured: then it does not hold. */
  seen: number | null;
  goal: number;
  side: 'most' | 'least';
  unit: 'share' | 'count';
}

/** `all`: over every setting; `near`: over those near the edge, where verdicts are hard. */
export function goalsOf(benchmark: BenchmarkFigures, all: Scores, near: Scores): Goal[] {
  const share = (what: string, seen: number | null, side: Goal['side'], goal: number): Goal => ({
    what,
    seen,
    goal,
    side,
    unit: 'share',
  });
  const { required, peak } = all;
  const of = (count: number) => (near.verdicts.n === 0 ? null : count / near.verdicts.n);
  return [
    {
      what: 'the benchmark ends in figures',
      seen: benchmark.outcome === 'figures' ? 1 : 0,
      goal: 1,
      side: 'least',
      unit: 'count',
    },
    { what: 'runs of the benchmark', seen: benchmark.runs, goal: 24, side: 'most', unit: 'count' },
    share('required, mean error', required.mean, 'most', 0.01),
    share('required, p95 of the error', required.p95, 'most', 0.03),
    share('required, truth inside the interval', required.inside, 'least', 0.95),
    share('peak, mean error', peak.mean, 'most', 0.02),
    share('peak, p95 of the error', peak.p95, 'most', 0.05),
    share('peak, truth inside the interval', peak.inside, 'least', 0.9),
    share('peak, half-width of the interval', peak.halfWidth, 'most', 0.08),
    share('near the edge: "fits" that failed', of(near.verdicts.fitsButFailed), 'most', 0.005),
    share('near the edge: "will not fit" that ran', of(near.verdicts.failsButRan), 'most', 0.01),
    share('near the edge: tight', of(near.verdicts.tight), 'most', 0.35),
    { what: 'settings without an estimate', seen: all.verdicts.unanswered, goal: 0, side: 'most', unit: 'count' },
  ];
}

export type JudgedGoal = Goal & { holds: boolean };

export function judged(goals: readonly Goal[]): readonly JudgedGoal[] {
  return goals.map((goal) => ({ ...goal, holds: holds(goal) }));
}

export function holds({ seen, goal, side }: Goal): boolean {
  return seen !== null && (side === 'most' ? seen <= goal : seen >= goal);
}
