import { describe, expect, test } from '@jest/globals';
import { createCalibrator } from '../../../service/calibration/calibrator.ts';
import { asSimilar, differenceOf } from '../../../service/calibration/similar.ts';
import { storedEnvironmentOf, type StoredEnvironment } from '../../../service/recorder/run.ts';
import { TRAITS } from '../model/synthetic-host.ts';
import { historiesOf } from './histories.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { measuredRuns } from '../recorder/examples.ts';

const NOW: StoredEnvironment = {
  ...storedEnvironmentOf(ENVIRONMENT),
  key: { family: 'sd1', vram_mode: 'none', attention: 'sdp', torch: '2.1.2+cu121', dtype_unet: 'float16' },
};
const NEWER_TORCH: StoredEnvironment = { ...NOW, torchVersion: '2.3.0', key: { ...NOW.key, torch: '2.3.0' } };
const withKey = (key: Record<string, string>): StoredEnvironment => ({ ...NOW, key: { ...NOW.key, ...key } });

const RUNS = measuredRuns(12);

describe('two set-ups', () => {
  test('that differ in a version or a small option are similar, and it is said in what', () => {
    expect(differenceOf(NOW, NEWER_TORCH)).toEqual({
      distance: 1,
      changes: [{ name: 'torch', before: '2.1.2+cu121', after: '2.3.0' }],
    });
    expect(differenceOf(NOW, withKey({ attention: 'xformers', DAT_tile: '192' }))).toEqual({
      distance: 3,
      changes: [
        { name: 'attention', before: 'sdp', after: 'xformers' },
        { name: 'DAT_tile', before: null, after: '192' },
      ],
    });
  });

  test.each<[string, StoredEnvironment]>([
    ['checkpoint family', withKey({ family: 'sdxl' })],
    ['vram mode', withKey({ vram_mode: 'medvram' })],
    ['data type', withKey({ dtype_unet: 'float32' })],
    ['option that is not known to be small', withKey({ token_merging_ratio: '0.5' })],
    ['kind of attention', { ...NOW, traits: { ...TRAITS, attention: 'unfused' } }],
    ['card', { ...NOW, device: { ...NOW.device, uuid: 'GPU-other' } }],
    ['backend', { ...NOW, device: { ...NOW.device, backend: 'cpu' } }],
    ['WebUI', { ...NOW, webui: 'Forge' }],
  ])('of another %s never are', (_what, other) => {
    expect(differenceOf(other, NOW)).toBeNull();
  });

  test('that differ in too many small things are not', () => {
    expect(
      differenceOf(NOW, { ...withKey({ attention: 'xformers', live_preview: 'Full' }), torchVersion: '2.3.0' }),
    ).toBeNull();
  });
});

describe('a key without a fit', () => {
  const known = [
    { keyHash: 'far', seenAtMs: 3, environment: withKey({ attention: 'xformers' }) },
    { keyHash: 'near', seenAtMs: 2, environment: NOW },
    { keyHash: 'other', seenAtMs: 1, environment: { ...NEWER_TORCH, key: { ...NEWER_TORCH.key, family: 'sdxl' } } },
  ];
  const fittedOf = (fitted: readonly string[]) =>
    historiesOf((keyHash) => (fitted.includes(keyHash) ? RUNS : []), fitted.join());
  const of = (fitted: readonly string[]) => createCalibrator(fittedOf(fitted), () => known);

  test('is offered that of the nearest similar set-up, with its own weights and wider intervals', () => {
    const calibrator = of(['far', 'near', 'other']);
    const environment = { ...NEWER_TORCH, traits: { ...TRAITS, staticMiB: 3000 } };
    const own = calibrator.of('near', NOW).fit;
    const offered = calibrator.orSimilar('new', environment);
    const similar = { changes: [{ name: 'torch', before: '2.1.2+cu121', after: '2.3.0' }], imported: false };
    expect(offered).toMatchObject({
      state: 'none',
      runs: 0,
      similar,
      finding: { code: 'similar', similar },
    });
    expect(offered.fit).toMatchObject({ staticMiB: 3000, active: own?.active, reserved: own?.reserved });
    for (const side of ['peakLow', 'peakHigh', 'requiredLow', 'requiredHigh'] as const)
      expect(offered.fit?.spread[side]).toBeCloseTo(2 * (own?.spread[side] ?? 0) + 0.05);
  });

  test('is offered none of another family, and says that it is not calibrated', () => {
    expect(of(['other']).orSimilar('new', NEWER_TORCH)).toMatchObject({
      state: 'none',
      fit: null,
      similar: null,
      finding: { code: 'not-replayed', why: 'unknown-precision' },
    });
  });

  test('has its own fit as soon as there is one', () => {
    let histories = fittedOf(['near']);
    const calibrator = createCalibrator(
      {
        get revision() {
          return histories.revision;
        },
        of: (keyHash) => histories.of(keyHash),
        has: () => true,
      },
      () => known,
    );
    expect(calibrator.orSimilar('new', NEWER_TORCH).similar).not.toBeNull();
    histories = fittedOf(['near', 'new']);
    expect(calibrator.orSimilar('new', NEWER_TORCH)).toMatchObject({ state: 'ready', similar: null });
  });

  test("keeps the bounds of each network's need on both sides of their value", () => {
    const fit = of(['near']).of('near', NOW).fit;
    if (fit === null) throw new Error('twelve runs make a fit');
    const before = fit.factors.sampling;
    const { low, value, high } = asSimilar(fit, TRAITS, []).factors.sampling;
    expect(value).toBe(before.value);
    expect(high - value).toBeCloseTo(2 * (before.high - before.value));
    expect(low).toBeLessThanOrEqual(before.low);
  });
});
