import { describe, expect, test } from '@jest/globals';
import { randomSettings } from '../../../benchmarks/gpu/settings.ts';
import { generationSettingsSchema, OPERATIONS } from '../../../service/protocol/settings.ts';

const BOUNDS = { maxSizePx: 1536, maxBatchSize: 8 };

describe('random settings', () => {
  const drawn = randomSettings(60, 1, BOUNDS);

  test('all four operations come equally often, and no settings come twice', () => {
    for (const operation of OPERATIONS) expect(drawn.filter((one) => one.operation === operation)).toHaveLength(15);
    expect(new Set(drawn.map((one) => JSON.stringify(one))).size).toBe(60);
  });

  test('every one is within the bounds and as the protocol has it', () => {
    for (const settings of drawn) {
      expect(generationSettingsSchema.parse(settings)).toEqual(settings);
      expect(settings.batchSize).toBeLessThanOrEqual(BOUNDS.maxBatchSize);
      for (const { width, height } of [settings, settings.hires ?? settings])
        expect(Math.max(width, height)).toBeLessThanOrEqual(BOUNDS.maxSizePx);
    }
  });

  test('a hires target is never smaller than the image', () => {
    for (const { width, height, hires } of drawn) {
      expect(hires?.width ?? width).toBeGreaterThanOrEqual(width);
      expect(hires?.height ?? height).toBeGreaterThanOrEqual(height);
    }
  });

  test('the same seed draws the same, and another seed others', () => {
    expect(randomSettings(60, 1, BOUNDS)).toEqual(drawn);
    expect(randomSettings(60, 2, BOUNDS)).not.toEqual(drawn);
  });

  test('more of them begin with the same ones, so that a longer capture goes on from a shorter', () => {
    expect(randomSettings(90, 1, BOUNDS).slice(0, 60)).toEqual(drawn);
  });
});
