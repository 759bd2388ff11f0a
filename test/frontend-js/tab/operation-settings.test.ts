import { describe, expect, test } from '@jest/globals';
import { settingsOf } from '../../../frontend-js/tab/operation-settings.ts';

const UPSCALERS = [
  { name: 'Latent', kind: 'latent' },
  { name: 'Lanczos', kind: 'image' },
] as const;
const hires = { width: 1536, height: 1536, uncroppedWidth: 1536, uncroppedHeight: 1536, upscaler: 'Latent' };
const sliders = { operation: 'hires_latent', width: 512, height: 512, batchSize: 4, hires } as const;

describe('the settings that an operation is asked about with', () => {
  test('are those on the page where they are of it', () => {
    expect(settingsOf('hires_latent', sliders, UPSCALERS)).toEqual(sliders);
  });

  test('are usual ones else: hires fix doubles, by an upscaler of its kind', () => {
    expect(settingsOf('img2img', sliders, UPSCALERS)).toMatchObject({ operation: 'img2img', hires: null });
    expect(settingsOf('hires_image', sliders, UPSCALERS)).toMatchObject({
      width: 512,
      hires: { width: 1024, upscaler: 'Lanczos' },
    });
    expect(settingsOf('hires_image', null, [])).toMatchObject({ hires: { upscaler: null } });
  });
});
