import { describe, expect, test } from '@jest/globals';
import { driftSince } from '../../../service/calibration/drift-since.ts';
import { markRun } from '../../../service/calibration/marks.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

/** An ordinary run estimated at 4000 (3900 to 4100) MiB that showed `measuredMiB`. */
function ordinary(measuredMiB: number, n: number, changes: Partial<Run> = {}): Run {
  return exampleRun({
    runId: `o${n}`,
    origin: 'ordinary',
    startedAtMs: Date.UTC(2026, 10, 21, 8, n),
    devicePeakMiB: measuredMiB,
    torch: { activePeakMiB: 2000, reservedPeakMiB: measuredMiB - 800, allocRetries: 0, ooms: 0 },
    estimatedPeakMiB: 4000,
    estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: true, similar: false },
    ...changes,
  });
}
const all = (...measured: number[]) => measured.map((mib, n) => ordinary(mib, n));

const markOutlier = (run: Run, earlier: readonly Run[]) =>
  markRun({ ...run, otherAfterMiB: run.baseline.otherMiB, rescued: false }, earlier);

describe('the drift alarm', () => {
  test('is raised by five runs in a row above their interval, and says since when', () => {
    const drift = driftSince(all(4000, 5200, 5300, 5200, 5200, 5244));
    expect(drift).toMatchObject({ direction: 'above', sinceMs: Date.UTC(2026, 10, 21, 8, 1) });
  });

  test('is not raised by four, and goes away when a run lies inside again', () => {
    expect(driftSince(all(5200, 5200, 5200, 5200))).toBeNull();
    expect(driftSince(all(5200, 5200, 5200, 5200, 5200, 4050))).toBeNull();
  });

  test('goes away with a new benchmark', () => {
    expect(driftSince([...all(5200, 5200, 5200, 5200, 5200), exampleRun()])).toBeNull();
  });

  test.each<[string, Partial<Run>]>([
    ['was disturbed', { marks: ['disturbed'] }],
    ['was only guessed at', { estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: false, similar: false } }],
    ['was stored before intervals were', { estimatedPeakRange: null }],
    ['gave back its cache', { torch: { activePeakMiB: 2000, reservedPeakMiB: 4400, allocRetries: 1, ooms: 0 } }],
  ])('does not count a run that %s', (_what, changes) => {
    expect(driftSince([...all(5200, 5200, 5200, 5200), ordinary(5200, 5, changes)])).toBeNull();
  });
});

describe('a run that ran out of memory', () => {
  const ranOut = (n: number, changes: Partial<Run> = {}) =>
    ordinary(4500, n, { outcome: 'oom', usableMiB: 8000, ...changes });

  test('is above its interval where there was more than was estimated, however far it came', () => {
    const drift = driftSince([...all(4000, 5200, 5200), ...[3, 4, 5].map((n) => ranOut(n))]);
    expect(drift).toMatchObject({
      direction: 'above',
      meanMiB: 2880,
      sinceMs: Date.UTC(2026, 10, 21, 8, 1),
      ranOut: true,
    });
  });

  test('says nothing where there was less than was estimated, and ends no alarm', () => {
    const crowded = ranOut(5, { usableMiB: 4050 });
    expect(driftSince([...all(5200, 5200, 5200, 5200), crowded])).toBeNull();
    expect(driftSince([...all(5200, 5200, 5200, 5200, 5200), crowded])).toMatchObject({ direction: 'above' });
  });

  test('is no outlier: as a lower bound it counts at once', () => {
    expect(markOutlier(ranOut(0), []).marks).toEqual([]);
  });
});

describe('of estimates from a similar set-up', () => {
  const range = { lowMiB: 3900, highMiB: 4100, firm: true, similar: true };
  const five = all(5200, 5300, 5200, 5200, 5244).map((run) => ({ ...run, estimatedPeakRange: range }));

  test("the alarm is none of the set-up's own", () => {
    expect(driftSince(five, 'similar')).toMatchObject({ direction: 'above' });
    expect(driftSince(five)).toBeNull();
  });

  test('a run far away is no outlier: it is the first that is known of this set-up', () => {
    expect(markOutlier(ordinary(5200, 0, { estimatedPeakRange: range }), []).marks).toEqual([]);
  });
});

describe('an ordinary run', () => {
  test('more than three half-widths from its estimate, on either side, is an outlier', () => {
    for (const mib of [4301, 3699]) expect(markOutlier(ordinary(mib, 0), []).marks).toEqual(['outlier']);
    for (const mib of [4300, 4000, 3700]) expect(markOutlier(ordinary(mib, 0), []).marks).toEqual([]);
  });

  test('is none where the drift alarm says that it is the new normal', () => {
    const four = all(5200, 5200, 5200, 5200).map((run) => ({ ...run, marks: ['outlier' as const] }));
    expect(markOutlier(ordinary(5200, 4), four.slice(1)).marks).toEqual(['outlier']);
    expect(markOutlier(ordinary(5200, 4), four).marks).toEqual([]);
  });

  test("is none where its estimate was not firm, and a benchmark's run never is", () => {
    expect(
      markOutlier(
        ordinary(9000, 0, { estimatedPeakRange: { lowMiB: 3900, highMiB: 4100, firm: false, similar: false } }),
        [],
      ).marks,
    ).not.toContain('outlier');
    expect(markOutlier(ordinary(9000, 0, { origin: 'benchmark' }), []).marks).not.toContain('outlier');
  });
});
