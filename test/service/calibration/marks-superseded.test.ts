import { describe, expect, test } from '@jest/globals';
import { markSuperseded } from '../../../service/calibration/marks.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

/** Estimated at 4000 (3900 to 4100) MiB. */
const ordinary = (runId: string, measuredMiB: number): Partial<Run> => ({
  runId,
  origin: 'ordinary',
  sessionId: null,
  devicePeakMiB: measuredMiB,
  torch: { activePeakMiB: 2000, reservedPeakMiB: measuredMiB - 800, allocRetries: 0, ooms: 0 },
  estimatedPeakMiB: 4000,
  estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: true, similar: false },
});
const benchmark = (runId: string): Partial<Run> => ({ runId, origin: 'benchmark', sessionId: 's' });
const times = (count: number, one: (n: number) => Partial<Run>) => Array.from({ length: count }, (_, n) => one(n));

function supersededOf(...runs: Partial<Run>[]): string[] {
  const all = runs.map((changes, n) => exampleRun({ startedAtMs: 1000 * n, ...changes }));
  return markSuperseded(all)
    .filter(({ marks }) => marks.includes('superseded'))
    .map(({ runId }) => runId);
}

describe('after a drift', () => {
  const before = [benchmark('b0'), benchmark('b1'), ordinary('inside', 4050)];
  const drifted = times(5, (n) => ordinary(`drifted-${n}`, 5200));

  test('nothing is superseded until the benchmark is run again', () => {
    expect(supersededOf(...before, ...drifted)).toEqual([]);
  });

  test('a new benchmark supersedes what was before the drift, and nothing since', () => {
    expect(
      supersededOf(
        ...before,
        ...drifted,
        { runId: 'w', origin: 'warm-up' },
        benchmark('b2'),
        benchmark('b3'),
        ordinary('after', 4050),
      ),
    ).toEqual(['b0', 'b1', 'inside']);
  });

  test("a second drift and benchmark supersede the first's runs as well", () => {
    const again = times(5, (n) => ordinary(`again-${n}`, 3000));
    expect(supersededOf(benchmark('b0'), ...drifted, benchmark('b1'), ...again, benchmark('b2'))).toEqual([
      'b0',
      ...drifted.map(({ runId }) => runId),
      'b1',
    ]);
  });
});

test('a second benchmark without a drift adds to the first', () => {
  expect(supersededOf(benchmark('b0'), ...times(4, (n) => ordinary(`far-${n}`, 5200)), benchmark('b1'))).toEqual([]);
});
