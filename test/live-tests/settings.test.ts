import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeSettings, drawSettings, seedOf } from '../live/settings.ts';

describe('fresh settings', () => {
  test('are the same for the same seed and others for another', () => {
    expect(drawSettings(1, 256, 2)).toEqual(drawSettings(1, 256, 2));
    expect(drawSettings(1, 256, 2)).not.toEqual(drawSettings(2, 256, 2));
  });

  test('hold all operations, a batch, and sizes within the benchmark and beyond it, for any seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [beyond, batch, latent, image, img2img] = drawSettings(seed, 256, 2);
        expect(Math.min(beyond?.width ?? 0, beyond?.height ?? 0)).toBeGreaterThan(256);
        expect(Math.max(beyond?.width ?? 999, beyond?.height ?? 999)).toBeLessThanOrEqual(384);
        expect(batch?.batchSize).toBe(2);
        expect(Math.max(batch?.width ?? 999, batch?.height ?? 999)).toBeLessThanOrEqual(256);
        expect(latent?.hires?.upscaler).toMatch(/^Latent/);
        expect(['Lanczos', 'Nearest']).toContain(image?.hires?.upscaler);
        expect(img2img?.tab).toBe('img2img');
      }),
    );
  });

  test("lie on the sliders' own steps", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { width, height, hires } of drawSettings(seed, 256, 2)) {
          expect([width % 8, height % 8]).toEqual([0, 0]);
          expect(Math.round((hires?.scale ?? 1) * 100) % 5).toBe(0);
        }
      }),
    );
  });

  test('are drawn from the date: another day, other settings', () => {
    expect(seedOf(new Date('2026-07-31T23:00:00Z'))).toBe(20260731);
    expect(seedOf(new Date('2026-08-01T01:00:00Z'))).toBe(20260801);
  });

  test('are told in one line', () => {
    const settings = {
      tab: 'txt2img',
      width: 128,
      height: 192,
      batchSize: 2,
      hires: { scale: 1.5, upscaler: 'Latent' },
    } as const;
    expect(describeSettings(settings)).toBe('txt2img 128x192 batch 2 hires x1.5 Latent');
  });
});
