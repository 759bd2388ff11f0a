import { describe, expect, test } from '@jest/globals';
import { generationSettingsSchema } from '../../../service/protocol/settings.ts';

const plain = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };
const target = { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: 'Latent' };

describe('settings of a generation', () => {
  test('a hires operation needs a hires target', () => {
    expect(generationSettingsSchema.safeParse({ ...plain, operation: 'hires_latent' }).success).toBe(false);
    expect(generationSettingsSchema.safeParse({ ...plain, operation: 'hires_latent', hires: target }).success).toBe(
      true,
    );
  });

  test('txt2img has no hires target', () => {
    expect(generationSettingsSchema.safeParse(plain).success).toBe(true);
    expect(generationSettingsSchema.safeParse({ ...plain, hires: target }).success).toBe(false);
  });

  test.each([0, -64, 512.5, 20_000, Number.NaN])('a width of %p is refused', (width) => {
    expect(generationSettingsSchema.safeParse({ ...plain, width }).success).toBe(false);
  });
});
