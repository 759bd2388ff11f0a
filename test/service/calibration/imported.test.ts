import { describe, expect, test } from '@jest/globals';
import type { Calibration } from '../../../service/calibration/calibration.ts';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import { contradictionsOf } from '../../../service/calibration/imported.ts';
import { fitInSteps } from '../../../service/model/fit.ts';
import { storedEnvironmentOf, type Run } from '../../../service/recorder/run.ts';
import { answerEstimate } from '../../../service/server/answer.ts';
import { expectationOf } from '../../../service/server/expectation.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { calibratingRuns, exampleRun, measuredRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { HEALTHY } from '../server/fake-sampler.ts';
import { historiesOf } from './histories.ts';
import { FIGURES } from '../memory/examples.ts';

const OWN = calibratingRuns('key');
/** 2048 squared, batch 8, on a card of 8 GiB: with a peak that somebody made up. */
const MADE_UP = exampleRun({
  runId: 'made-up',
  settings: settingsOf('txt2img', 2048, 2048, 8),
  phases: [],
  torch: { activePeakMiB: 3600, reservedPeakMiB: 3800, allocRetries: 0, ooms: 0 },
});
/** As another machine with the same card would measure them. */
const THEIRS = [384, 640, 896, 1152].flatMap((px) =>
  [1, 2, 4].map((batchSize) => runOf(settingsOf('txt2img', px, px, batchSize))),
);

function runOf(settings: Run['settings'], times = 1): Run {
  return measuredRun(settings, { runId: `theirs-${settings.width}-${settings.batchSize}` }, times);
}

function calibrationOf(own: readonly Run[], imported: readonly Run[]): Calibration {
  return createCalibrator(
    historiesOf(
      () => own,
      '',
      () => imported,
    ),
  ).of('key', ENVIRONMENT);
}

function answerOf(calibration: Calibration, settings: Run['settings']) {
  const result = answerEstimate(settings, {
    source: HEALTHY,
    figures: FIGURES,
    calibration,
    benchmarkRuns: false,
    unmatched: null,
    leftMiB: 0,
    foundMiB: null,
    driverMaySpill: false,
  });
  if (result.status !== 'estimated') throw new Error(JSON.stringify(result));
  return result;
}

describe('beside a benchmark of this machine', () => {
  test('a run that somebody made up and imported changes no verdict, basis or figure, and it is told', () => {
    const [before, after] = [calibrationOf(OWN, []), calibrationOf(OWN, [MADE_UP])];
    expect(answerOf(before, MADE_UP.settings)).toMatchObject({ verdict: 'will-not-fit', basis: 'beyond' });
    for (const settings of [MADE_UP.settings, settingsOf('txt2img', 512, 512, 1), settingsOf('txt2img', 1536, 1536, 2)])
      expect(answerOf(after, settings)).toEqual(answerOf(before, settings));
    expect(after.imported).toEqual({ kept: 1, looked: 1, used: false, contradicted: new Set(['made-up']) });
    expect(contradictionsOf(after.imported)).toEqual({ contradicted: 1, looked: 1 });
  });

  test('runs of another machine that agree are no reason for a word', () => {
    const { imported, runs, kept } = calibrationOf(OWN, THEIRS);
    expect([imported.used, imported.contradicted.size, runs, kept]).toEqual([false, 0, 12, 24]);
    expect(contradictionsOf(imported)).toBeNull();
  });

  test('one of many that contradicts is named alone; where many do, none of them counts', () => {
    const with1 = calibrationOf(OWN, [...THEIRS, MADE_UP]).imported;
    expect([...with1.contradicted]).toEqual(['made-up']);
    expect(contradictionsOf(with1)).toEqual({ contradicted: 1, looked: THEIRS.length + 1 });
    const scaled = THEIRS.map(({ settings }, at) => runOf(settings, at % 3 === 0 ? 0.7 : 1));
    expect(calibrationOf(OWN, scaled).imported.contradicted.size).toBe(THEIRS.length);
  });

  test.each<[string, Partial<Run>]>([
    [
      'succeeded with far less than is required',
      { capMiB: 2600, torch: { activePeakMiB: 2590, reservedPeakMiB: 2600, allocRetries: 0, ooms: 0 } },
    ],
    ['ran out of memory with far more', { capMiB: 7000, outcome: 'oom' }],
    ['had next to nothing active', { torch: { activePeakMiB: 100, reservedPeakMiB: 5604, allocRetries: 0, ooms: 0 } }],
  ])('one that %s contradicts it', (_what, changes) => {
    const run = exampleRun({ settings: settingsOf('txt2img', 1024, 1024, 4), phases: [], ...changes });
    expect(calibrationOf(OWN, [run]).imported.contradicted).toEqual(new Set(['run-1']));
  });

  test('what was measured here is not fitted anew for an import', () => {
    let fits = 0;
    const counting: typeof fitInSteps = (...args) => {
      fits += 1;
      return fitInSteps(...args);
    };
    const own = historiesOf(() => OWN).of('key');
    let history = own;
    const calibrator = createCalibrator({ revision: '', of: () => history, has: () => true }, () => [], counting);
    calibrator.of('key', ENVIRONMENT);
    history = { ...own, imported: [MADE_UP], importedStored: 1 };
    expect([calibrator.of('key', ENVIRONMENT).imported.kept, fits]).toEqual([1, 1]);
  });
});

describe('where too little was measured here', () => {
  const inside = settingsOf('txt2img', 768, 768, 2);

  test('imported runs give estimates that say so, with intervals at least twice as wide, and set no alarm', () => {
    const calibration = calibrationOf([], THEIRS);
    expect(calibration).toMatchObject({
      state: 'ready',
      runs: 12,
      imported: { used: true },
      finding: { code: 'imported', imported: 12, own: 0 },
    });
    const [imported, own] = [answerOf(calibration, inside), answerOf(calibrationOf(THEIRS, []), inside)];
    expect(imported).toMatchObject({ basis: 'imported', notes: expect.arrayContaining([{ code: 'imported' }]) });
    expect(imported.required.highMiB - imported.required.lowMiB).toBeGreaterThan(
      2 * (own.required.highMiB - own.required.lowMiB),
    );
    const told = expectationOf({ settings: inside, extras: [] }, calibration, {
      source: HEALTHY,
      figures: FIGURES,
      foundMiB: null,
    });
    expect(told.estimatedPeakRange?.firm).toBe(false);
  });

  test('own generations of one size leave the rest to them, as long as they agree', () => {
    const own = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
      ...runOf(settingsOf('txt2img', 512, 512, 1)),
      runId: `own-${n}`,
      origin: 'ordinary' as const,
    }));
    expect(calibrationOf(own, THEIRS)).toMatchObject({ state: 'ready', imported: { used: true } });
  });

  test('own generations that contradict them are believed, and none of them counts', () => {
    const own = [1, 2].map((n) => ({
      ...runOf(settingsOf('txt2img', 512, 512, 1), 1.6),
      runId: `own-${n}`,
      origin: 'ordinary' as const,
    }));
    const { state, imported, fit: made } = calibrationOf(own, THEIRS);
    expect([state, imported.used, imported.contradicted.size, made]).toEqual(['none', false, THEIRS.length, null]);
  });

  test('an own generation that ran in less than they say is required is believed, though it had to give back cache', () => {
    const settings = settingsOf('txt2img', 512, 512, 1);
    const torch = { activePeakMiB: 2300, reservedPeakMiB: 2310, allocRetries: 1, ooms: 0 };
    const { imported } = calibrationOf([{ ...runOf(settings), origin: 'ordinary', torch }], THEIRS);
    expect([imported.used, imported.contradicted.size]).toEqual([false, THEIRS.length]);
  });

  test('what was measured here, of a set-up that is like it, comes before imported runs of the set-up itself', () => {
    const now = { ...storedEnvironmentOf(ENVIRONMENT), key: { ...ENVIRONMENT.key, family: 'sd1' } };
    const older = { ...now, torchVersion: '2.0.1' };
    const known = [{ keyHash: 'older', environment: older }];
    const of = (own: readonly Run[]) =>
      createCalibrator(
        historiesOf(
          (key) => (key === 'older' ? own : []),
          '',
          (key) => (key === 'now' ? THEIRS : []),
        ),
        () => known,
      ).orSimilar('now', now);
    expect(of(OWN)).toMatchObject({ similar: { changes: [{ name: 'torch' }] }, imported: { used: false, kept: 12 } });
    expect(of([])).toMatchObject({ similar: null, imported: { used: true } });
  });
});
