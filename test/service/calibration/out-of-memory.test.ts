import { describe, expect, test } from '@jest/globals';
import type { Calibration } from '../../../service/calibration/calibration.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { verdict, type VerdictResult } from '../../../service/estimate/verdict.ts';
import { shareNeeded } from '../../../service/model/geometry.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { historiesOf } from './histories.ts';
import { exported } from './exports.ts';

/**
 * A benchmark of 24 runs on a simulated 12 GB card, then six generations of a person's own: each ran out of memory, and
 * of each it was said that it fits.
 */
const { runs: RUNS, environment: ENVIRONMENT } = exported('ordinary-out-of-memory.ndjson');
const BENCHMARK = RUNS.filter(({ origin }) => origin === 'benchmark');
const OWN = RUNS.filter(({ origin }) => origin === 'ordinary');

const SETTINGS = settingsOf('txt2img', 1024, 1024, 4);
const USABLE_MIB = 12_053;
const OTHER_MIB = 655;

function calibrationOf(runs: readonly Run[]): Calibration {
  return createCalibrator(historiesOf(() => runs)).of('key', ENVIRONMENT);
}

function estimated(calibration: Calibration, settings: GenerationSettings): EstimateMiB {
  const result = calibration.fit === null ? null : estimate(calibration.fit, settings, USABLE_MIB - OTHER_MIB);
  if (result?.ok !== true) throw new Error('no estimate');
  return result;
}

function judged(
  runs: readonly Run[],
  settings: GenerationSettings = SETTINGS,
  otherMiB = OTHER_MIB,
): VerdictResult['verdict'] {
  return verdict(estimated(calibrationOf(runs), settings), { usableMiB: USABLE_MIB, otherMiB }).verdict;
}

const first = OWN[0] as Run;
/** The same settings some time later. */
const again = (changes: Partial<Run>): Run => ({
  ...first,
  runId: 'again',
  startedAtMs: first.startedAtMs + 3_600_000,
  ...changes,
});
const ranWith = (reservedPeakMiB: number): Partial<Run> => ({
  outcome: 'ok',
  torch: { activePeakMiB: 3800, reservedPeakMiB, allocRetries: 0, ooms: 0 },
  phases: [],
});

describe("a generation of a person's own that ran out of memory", () => {
  test('changes the verdict for its settings at once', () => {
    expect([judged(BENCHMARK), judged([...BENCHMARK, first])]).toEqual(['fits', 'will-not-fit']);
  });

  test('is known to need more than there was, and where there is more now it is open', () => {
    const { required } = estimated(calibrationOf([...BENCHMARK, first]), SETTINGS);
    expect(required.lowMiB).toBeGreaterThan(USABLE_MIB - OTHER_MIB);
    const roomier = { usableMiB: 16_384, otherMiB: OTHER_MIB };
    expect(verdict(estimated(calibrationOf([...BENCHMARK, first]), SETTINGS), roomier).verdict).toBe('tight');
  });

  test('speaks for larger ones too: none is said to need less, in any direction or operation', () => {
    const calibration = calibrationOf([...BENCHMARK, first]);
    const { required } = estimated(calibration, SETTINGS);
    for (const larger of [
      settingsOf('txt2img', 1088, 1024, 4),
      settingsOf('txt2img', 1024, 1024, 5),
      settingsOf('img2img', 1024, 1024, 4),
      settingsOf('hires_latent', 512, 512, 4),
    ]) {
      const other = estimated(calibration, larger).required;
      for (const side of ['lowMiB', 'valueMiB'] as const)
        expect(other[side]).toBeGreaterThanOrEqual(required[side] - 0.01 * required[side]);
      expect(judged([...BENCHMARK, first], larger)).toBe('will-not-fit');
    }
  });

  test.each([
    [2048, 1024, 3],
    [1536, 1024, 4],
    [2048, 1536, 2],
  ])('speaks for larger pictures of a smaller batch that are clearly more in all: %i x %i, batch %i', (...size) => {
    const larger = settingsOf('txt2img', ...size);
    expect(judged(BENCHMARK, larger)).toBe('fits');
    expect(judged([...BENCHMARK, first], larger)).toBe('will-not-fit');
  });

  test.each([
    [1536, 1024, 3],
    [1024, 2048, 2],
  ])('casts doubt on larger pictures that are hardly more in all: %i x %i, batch %i', (...size) => {
    const larger = settingsOf('txt2img', ...size);
    expect(judged([...BENCHMARK, first], larger)).toBe('tight');
    const { required } = estimated(calibrationOf([...BENCHMARK, first]), larger);
    expect(required.highMiB).toBeGreaterThan(USABLE_MIB - OTHER_MIB);
    // Once they have run, or larger ones, that doubt is gone.
    const ran = again({ ...ranWith(6400), settings: larger });
    expect(judged([...BENCHMARK, first, ran], larger)).toBe('fits');
  });

  test('leaves as open as smaller settings what is smaller in one way and larger in another: batches of smaller pictures, say', () => {
    const [before, after] = [calibrationOf(BENCHMARK), calibrationOf([...BENCHMARK, first])];
    for (const other of [
      settingsOf('txt2img', 1016, 1016, 8),
      settingsOf('txt2img', 960, 960, 8),
      settingsOf('txt2img', 2048, 1024, 1),
      settingsOf('img2img', 960, 960, 4),
    ]) {
      const { required } = estimated(after, other);
      const { lowMiB, valueMiB } = estimated(before, other).required;
      expect([required.lowMiB, required.valueMiB]).toEqual([lowMiB, valueMiB]);
      const { width, height, batchSize } = other;
      const smaller = settingsOf('txt2img', Math.min(width, 1024), Math.min(height, 1024), Math.min(batchSize, 4));
      expect(required.highMiB).toBeGreaterThanOrEqual(estimated(after, smaller).required.highMiB);
    }
    expect(judged([...BENCHMARK, first], settingsOf('txt2img', 1016, 1016, 8))).toBe('tight');
  });

  test('leaves what was measured as it is unless that is larger, and says of what lies between that it may fail', () => {
    const runs = [...BENCHMARK, first];
    const measured = BENCHMARK.filter(({ outcome, capMiB }) => outcome === 'ok' && capMiB === null);
    const smaller = measured.filter(({ settings }) => shareNeeded(settings, SETTINGS) === 0);
    expect(smaller.length).toBeGreaterThan(10);
    for (const { settings } of smaller) expect(judged(runs, settings)).toBe('fits');
    // Three pictures of 1280 x 1280, hardly more in all than four of 1024 x 1024: they ran, but before that failed.
    const larger = measured.filter(({ settings }) => shareNeeded(settings, SETTINGS) > 0);
    expect(larger.map(({ settings }) => judged(runs, settings))).toEqual(['tight']);
    expect(judged(runs, settingsOf('txt2img', 1024, 960, 4))).toBe('tight');
  });

  test('that another run left little for needs that much less', () => {
    const leakMiB = 3000;
    const leaking = again({
      baseline: { ...first.baseline, torch: { allocatedMiB: 2084.68 + leakMiB, reservedMiB: 2120 + leakMiB } },
    });
    const lowMiB = (run: Run) => estimated(calibrationOf([...BENCHMARK, run]), SETTINGS).required.lowMiB;
    expect(Math.abs(lowMiB(first) - lowMiB(leaking) - leakMiB)).toBeLessThan(0.05 * leakMiB);
  });

  test('is refuted by the same settings when they have run since with no more', () => {
    const since = (reservedPeakMiB: number) => judged([...BENCHMARK, first, again(ranWith(reservedPeakMiB))]);
    expect([since(6400), since(11_900)]).toEqual(['fits', 'will-not-fit']);
    expect(judged([...BENCHMARK, again({ ...ranWith(6400), startedAtMs: first.startedAtMs - 1 }), first])).toBe(
      'will-not-fit',
    );
  });

  test('speaks for batched prompts too where its own were not, for they need no less; never the other way round', () => {
    const unbatched = again({ condUncondBatched: false });
    expect(judged([...BENCHMARK, unbatched])).toBe('will-not-fit');
    const benchmark = BENCHMARK.map((run): Run => ({ ...run, condUncondBatched: false }));
    const batched = again({ condUncondBatched: true });
    expect([judged([...benchmark, batched]), judged([...benchmark, unbatched])]).toEqual(['fits', 'will-not-fit']);
  });

  test('is not refuted by a run whose prompts were not batched, unless its own were not either', () => {
    const since = (failed: boolean | null, ran: boolean | null) =>
      judged([
        ...BENCHMARK,
        { ...first, condUncondBatched: failed },
        again({ ...ranWith(6400), condUncondBatched: ran }),
      ]);
    expect([since(true, false), since(null, false)]).toEqual(['will-not-fit', 'will-not-fit']);
    expect([since(false, false), since(false, true), since(true, true)]).toEqual(['fits', 'fits', 'fits']);
  });

  test('stays known however many of other sizes have succeeded since', () => {
    const others = Array.from({ length: 110 }, (_, n) =>
      again({
        ...ranWith(3400 + n),
        runId: `other-${n}`,
        settings: settingsOf('txt2img', 512, 520 + 8 * n, 1),
        startedAtMs: first.startedAtMs + 1000 + n,
        condUncondBatched: true,
      }),
    );
    expect(judged([...BENCHMARK, first, ...others])).toBe('will-not-fit');
  });

  test('raises the alarm with the fifth of which it was said that it fits', () => {
    expect(calibrationOf([...BENCHMARK, ...OWN.slice(0, 4)]).drift).toBeNull();
    const { drift } = calibrationOf([...BENCHMARK, ...OWN.slice(0, 5)]);
    expect(drift).toMatchObject({ meanMiB: expect.closeTo(5800, -3), ranOut: true });
  });

  test('bounds the estimates that come from a similar set-up as well', () => {
    const environment = ENVIRONMENT;
    const newer = { ...environment, torchVersion: '2.3.1+cu121' };
    const histories = historiesOf((keyHash) => (keyHash === 'old' ? BENCHMARK : [first]));
    const calibration = createCalibrator(histories, () => [{ keyHash: 'old', environment, seenAtMs: 0 }]).orSimilar(
      'new',
      newer,
    );
    expect(calibration.similar).not.toBeNull();
    expect(verdict(estimated(calibration, SETTINGS), { usableMiB: USABLE_MIB, otherMiB: OTHER_MIB }).verdict).toBe(
      'will-not-fit',
    );
  });
});

describe('settings with one success and several failures', () => {
  const large = { ...settingsOf('txt2img', 1536, 1536, 1) };
  const success = again({ ...ranWith(9000), settings: large, startedAtMs: first.startedAtMs - 1000 });
  const failures = Array.from({ length: 4 }, (_, n) =>
    again({
      runId: `failure-${n}`,
      settings: large,
      startedAtMs: first.startedAtMs + n,
      baseline: { ...first.baseline, otherMiB: n === 0 ? 3000 : 6000 },
    }),
  );

  test('keep the success: they stay inside the sizes measured', () => {
    expect(estimated(calibrationOf([...BENCHMARK, success]), large).basis).toBe('inside');
    expect(estimated(calibrationOf([...BENCHMARK, success, ...failures]), large).basis).toBe('inside');
  });

  test('keep the failure that had the most, however many with less came after it', () => {
    expect(estimated(calibrationOf([...BENCHMARK, ...failures]), large).required.lowMiB).toBeGreaterThanOrEqual(
      USABLE_MIB - 3000,
    );
  });
});
