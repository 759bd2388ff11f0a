import { describe, expect, test } from '@jest/globals';
import { generationSettingsSchema } from '../../../service/protocol/settings.ts';
import { randomFrom, randomSettings } from '../../../tools/demo/settings.ts';

const drawn = (seed: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: 200 }, () => randomSettings(random, { maxSizePx: 1024, maxBatchSize: 4 }));
};

describe('fresh settings', () => {
  test('are such as the protocol takes, every one', () => {
    for (const settings of drawn(1)) expect(generationSettingsSchema.safeParse(settings).success).toBe(true);
  });

  test('are the same for the same seed and others for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  test('cover all four operations and every batch size', () => {
    const all = drawn(3);
    expect(new Set(all.map(({ operation }) => operation)).size).toBe(4);
    expect(new Set(all.map(({ batchSize }) => batchSize))).toEqual(new Set([1, 2, 3, 4]));
  });

  test('go beyond the sizes of the benchmark, by half at the most, hires targets in whole latent cells', () => {
    const sides = drawn(5).map(({ width, height, hires }) =>
      Math.max(width, height, hires?.width ?? 0, hires?.height ?? 0),
    );
    expect(Math.max(...sides)).toBeLessThanOrEqual(1536);
    expect(sides.some((px) => px > 1024)).toBe(true);
    expect(sides.some((px) => px <= 768)).toBe(true);
    for (const { hires } of drawn(5)) expect((hires?.width ?? 0) % 8).toBe(0);
  });
});
