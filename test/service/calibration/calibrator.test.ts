import { describe, expect, test } from '@jest/globals';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import { MOST_TURN_MS } from '../../../service/base/steps.ts';
import { fitInSteps } from '../../../service/model/fit.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { historiesOf } from './histories.ts';
import { findingInWords } from '../../../service/words/index.ts';
import { measuredRuns } from '../recorder/examples.ts';

describe('the calibration of a key', () => {
  test.each([
    [0, 'none', 'Nothing was measured'],
    [1, 'none', 'too few runs'],
    [4, 'partial', '4 runs only'],
    [12, 'ready', 'from 12 runs'],
  ])('with %i runs is %s and says so', (count, state, words) => {
    const calibration = createCalibrator(historiesOf(() => measuredRuns(count))).of('key', ENVIRONMENT);
    expect(calibration).toMatchObject({ state, runs: count });
    expect(findingInWords(calibration.finding)).toContain(words);
    expect(calibration.fit === null).toBe(state === 'none');
  });

  test('is fitted once, and again only after runs or traits have changed', () => {
    let fits = 0;
    const counting: typeof fitInSteps = (...args) => {
      fits += 1;
      return fitInSteps(...args);
    };
    let histories = historiesOf(() => measuredRuns(10));
    const calibrator = createCalibrator(
      { revision: '', of: (keyHash) => histories.of(keyHash), has: () => true },
      () => [],
      counting,
    );
    calibrator.of('key', ENVIRONMENT);
    calibrator.of('key', { ...ENVIRONMENT, traits: { ...ENVIRONMENT.traits } });
    expect(fits).toBe(1);
    histories = historiesOf(() => measuredRuns(11));
    calibrator.of('key', ENVIRONMENT);
    expect(fits).toBe(2);
    calibrator.of('key', { ...ENVIRONMENT, traits: { ...ENVIRONMENT.traits, attention: 'unfused' } });
    expect(fits).toBe(3);
  });

  test('is none under attention that adapts to free memory, however many runs there are, and says what to do', () => {
    const adaptive = { ...ENVIRONMENT, traits: { ...ENVIRONMENT.traits, attention: 'adaptive' } as const };
    expect(createCalibrator(historiesOf(() => measuredRuns(12))).of('key', adaptive)).toMatchObject({
      state: 'none',
      fit: null,
      refusal: 'attention-adapts',
      finding: { code: 'unable', why: { code: 'attention-adapts' } },
    });
  });

  test.each(['Forge', 'reForge', 'SD.Next', 'An unknown WebUI'])(
    'is none of %s, however many runs there are',
    (webui) => {
      const calibration = createCalibrator(historiesOf(() => measuredRuns(12))).of('key', { ...ENVIRONMENT, webui });
      expect(calibration).toMatchObject({
        state: 'none',
        fit: null,
        drift: null,
        finding: { code: 'unable' },
      });
      expect(calibration.refusal).not.toBeNull();
    },
  );

  test("is one of its own: another key's runs do not count", () => {
    const calibrator = createCalibrator(historiesOf((keyHash) => (keyHash === 'a' ? measuredRuns(10) : [])));
    expect([calibrator.of('a', ENVIRONMENT).state, calibrator.of('b', ENVIRONMENT).state]).toEqual(['ready', 'none']);
  });
});

describe('while a change is read and worked out', () => {
  const STEPS = 5;

  /** As a fit of hundreds of runs, each step longer than a turn may be. */
  function* slow(...args: Parameters<typeof fitInSteps>): ReturnType<typeof fitInSteps> {
    for (let step = 0; step < STEPS; step += 1) {
      const begunMs = performance.now();
      while (performance.now() - begunMs < 2 * MOST_TURN_MS);
      yield;
    }
    return yield* fitInSteps(...args);
  }

  test('the calibration stands as it was, and others have their turn with each step of the fit', async () => {
    let histories = historiesOf(() => measuredRuns(10));
    const calibrator = createCalibrator(
      { revision: '', of: (keyHash) => histories.of(keyHash), has: () => true },
      () => [],
      slow,
    );
    const before = calibrator.orSimilar('key', ENVIRONMENT);
    const seen: unknown[] = [];
    await calibrator.standWhile(
      'key',
      ENVIRONMENT,
      () => {
        histories = historiesOf(() => measuredRuns(12));
        return Promise.resolve();
      },
      () => {
        seen.push(calibrator.orSimilar('key', ENVIRONMENT), calibrator.of('key', ENVIRONMENT));
        return Promise.resolve();
      },
    );
    expect(seen.length).toBeGreaterThanOrEqual(2 * STEPS);
    expect(new Set(seen)).toEqual(new Set([before]));
    expect(calibrator.orSimilar('key', ENVIRONMENT)).toMatchObject({ runs: 12 });
  });

  test('a change that fails leaves nothing standing', async () => {
    const calibrator = createCalibrator(historiesOf(() => measuredRuns(10)));
    const { revision } = calibrator;
    const failed = calibrator.standWhile(
      'key',
      ENVIRONMENT,
      () => Promise.reject(new Error('gone')),
      () => Promise.resolve(),
    );
    await expect(failed).rejects.toThrow('gone');
    expect(calibrator.revision).not.toBe(revision);
  });
});
