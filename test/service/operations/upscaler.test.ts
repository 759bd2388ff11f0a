import { describe, expect, test } from '@jest/globals';
import { upscalersTold, withUpscaler } from '../../../service/operations/upscaler.ts';
import { settingsOf } from '../model/synthetic-host.ts';

const open = (() => {
  const settings = settingsOf('hires_image', 512, 512, 1);
  return { ...settings, hires: settings.hires === null ? null : { ...settings.hires, upscaler: null } };
})();

describe('the image upscaler of a planned run', () => {
  test('is one that comes with the WebUI: others may first download a model', () => {
    const upscalers = [
      { name: 'R-ESRGAN 4x+', kind: 'image' as const },
      { name: 'Lanczos', kind: 'image' as const },
    ];
    expect(withUpscaler(open, upscalers).hires?.upscaler).toBe('Lanczos');
  });

  test('is the first there is where none of those is', () => {
    expect(
      withUpscaler(open, [
        { name: 'Latent', kind: 'latent' },
        { name: 'Mine', kind: 'image' },
      ]).hires?.upscaler,
    ).toBe('Mine');
  });

  test('stays as planned where it was named, and where there is no image upscaler', () => {
    const named = settingsOf('hires_image', 512, 512, 1);
    expect(withUpscaler(named, [])).toEqual(named);
    expect(withUpscaler(open, []).hires?.upscaler).toBeNull();
  });
});

test('the upscalers whose memory is known are those that no network works in, and those of runs', () => {
  const named = (upscaler: string) => ({ ...open, hires: open.hires === null ? null : { ...open.hires, upscaler } });
  expect(upscalersTold([named('4x-UltraSharp'), named('Lanczos'), settingsOf('hires_latent', 512, 512, 1)])).toEqual([
    'Lanczos',
    'Nearest',
    'None',
    '4x-UltraSharp',
  ]);
});
