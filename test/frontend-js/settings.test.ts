import { describe, expect, test } from '@jest/globals';
import { readingOf } from '../../frontend-js/settings.ts';
import type { Img2ImgControls, Txt2ImgControls } from '../../frontend-js/settings.ts';
import { requestedSettingsSchema } from '../../service/protocol/estimate.ts';
import { IMG2IMG as img2img, TXT2IMG as txt2img } from './controls-examples.ts';

const upscalers = [
  { name: 'Latent (antialiased)', kind: 'latent' as const },
  { name: 'R-ESRGAN 4x+', kind: 'image' as const },
  { name: 'Latent-looking model', kind: 'image' as const },
];

function settingsOf(controls: Txt2ImgControls | Img2ImgControls) {
  const reading = readingOf(controls, upscalers);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.settings;
}

describe('settings read from the controls', () => {
  test('of txt2img without hires fix have no target, whatever its fields hold', () => {
    expect(settingsOf(txt2img)).toEqual({ operation: 'txt2img', width: 512, height: 768, batchSize: 2, hires: null });
  });

  test('with hires fix carry the target and the upscaler', () => {
    expect(
      settingsOf({ ...txt2img, hiresOn: true, hiresUpscaler: 'R-ESRGAN 4x+', hiresResizeX: 1024, hiresResizeY: 1024 }),
    ).toEqual({
      operation: 'hires_image',
      width: 512,
      height: 768,
      batchSize: 2,
      hires: { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1536, upscaler: 'R-ESRGAN 4x+' },
    });
  });

  test.each([
    ['Latent (antialiased)', 'hires_latent'],
    ['Latent-looking model', 'hires_image'],
    ['Latent (not in the list)', 'hires_latent'],
    ['4x-Some-Model', 'hires_image'],
    [null, 'hires_latent'],
  ])('with the upscaler %p are of the operation %s', (hiresUpscaler, operation) => {
    expect(settingsOf({ ...txt2img, hiresOn: true, hiresUpscaler }).operation).toBe(operation);
  });

  test('of img2img follow the sliders under Resize to', () => {
    expect(settingsOf(img2img)).toEqual({ operation: 'img2img', width: 640, height: 512, batchSize: 1, hires: null });
  });

  test('of img2img follow the image under Resize by, cut to whole pixels', () => {
    expect(settingsOf({ ...img2img, resizeBy: true })).toMatchObject({ width: 499, height: 750 });
  });

  test('do not exist under Resize by without an image', () => {
    expect(readingOf({ ...img2img, resizeBy: true, image: null }, upscalers)).toEqual({
      ok: false,
      reason: 'no-image',
    });
  });

  test('are whole pixels, as the WebUI cuts them', () => {
    expect(settingsOf({ ...txt2img, width: 515.7 }).width).toBe(515);
  });

  test.each([
    [{ width: -512 }, 'width', -512],
    [{ height: 1e9 }, 'height', 1e9],
    [{ batchSize: null }, 'batchSize', null],
    [{ hiresOn: true, hiresScale: -2 }, 'hiresScale', -2],
    [{ hiresOn: true, hiresResizeX: -64 }, 'hiresResizeX', -64],
  ])('do not exist for %j, which is told as it stands in the field', (change, field, value) => {
    expect(readingOf({ ...txt2img, ...change }, upscalers)).toEqual({
      ok: false,
      reason: 'no-sense',
      field,
      value,
    });
  });

  test('do not exist for an image that Resize by makes larger than can be asked about', () => {
    expect(readingOf({ ...img2img, resizeBy: true, scale: 1e6 }, upscalers)).toMatchObject({ reason: 'no-sense' });
  });

  test('name what is switched on beside, where anything is', () => {
    const addOns = ['ControlNet v1.1.455', 'lora: 1'];
    expect(settingsOf({ ...txt2img, addOns }).addOns).toEqual(addOns);
    expect(settingsOf({ ...txt2img, addOns, hiresOn: true }).addOns).toEqual(addOns);
    expect(settingsOf({ ...img2img, addOns }).addOns).toEqual(addOns);
    expect(settingsOf(txt2img)).not.toHaveProperty('addOns');
  });

  test('always fit the protocol, absurd controls included', () => {
    for (const width of [null, 0, 1, 7, 513, 2_000_000]) {
      for (const hiresScale of [null, -1, 0, 1.05, 1e9]) {
        for (const hiresResizeX of [null, 0, 3, 9_999_999]) {
          const reading = readingOf(
            { ...txt2img, width, hiresScale, hiresResizeX, hiresOn: true, hiresUpscaler: 'x'.repeat(500) },
            upscalers,
          );
          if (reading.ok) expect(requestedSettingsSchema.safeParse(reading.settings).error).toBeUndefined();
        }
      }
    }
  });
});
