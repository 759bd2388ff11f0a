import { describe, expect, test } from '@jest/globals';
import { movesTo } from '../../frontend-js/moves.ts';
import type { Img2ImgControls, Txt2ImgControls } from '../../frontend-js/settings.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { IMG2IMG as SMALL_IMG2IMG, TXT2IMG as SMALL_TXT2IMG } from './controls-examples.ts';

const UPSCALERS = [
  { name: 'Latent', kind: 'latent' as const },
  { name: 'Lanczos', kind: 'image' as const },
];
const TXT2IMG = { ...SMALL_TXT2IMG, width: 1024, height: 1536, batchSize: 4 };
const HIRES = { ...TXT2IMG, width: 512, height: 768, batchSize: 1, hiresOn: true };
const IMG2IMG = {
  ...SMALL_IMG2IMG,
  width: 1024,
  height: 1024,
  batchSize: 2,
  scale: 2,
  image: { widthPx: 500, heightPx: 700 },
};

function settings(
  width: number,
  height: number,
  batchSize: number,
  target: number[] | null = null,
): GenerationSettings {
  const [outWidth = 0, outHeight = 0] = target ?? [];
  const hires = { width: outWidth, height: outHeight, uncroppedWidth: outWidth, uncroppedHeight: outHeight };
  return target === null
    ? { operation: 'txt2img', width, height, batchSize, hires: null }
    : { operation: 'hires_latent', width, height, batchSize, hires: { ...hires, upscaler: 'Latent' } };
}

function moves(controls: Txt2ImgControls | Img2ImgControls, to: GenerationSettings, times = 1, batchCount = 1) {
  return movesTo(controls, batchCount, { settings: to, times }, UPSCALERS);
}

describe('the fields to set', () => {
  test('of a smaller size are width and height, and nothing that stands so already', () => {
    expect(moves(TXT2IMG, settings(768, 1152, 4))).toEqual([
      { field: 'width', value: 768 },
      { field: 'height', value: 1152 },
    ]);
    expect(moves(TXT2IMG, settings(1024, 1024, 4))).toEqual([{ field: 'height', value: 1024 }]);
  });

  test('of a smaller batch are its size and so many times as many batches', () => {
    expect(moves(TXT2IMG, settings(1024, 1536, 2), 2, 3)).toEqual([
      { field: 'batch_size', value: 2 },
      { field: 'batch_count', value: 6 },
    ]);
  });

  test('of hires fix where it is off turn it on first, and off where it is on', () => {
    expect(moves(TXT2IMG, settings(512, 768, 4, [1024, 1536]))).toEqual([
      { field: 'hr-checkbox', value: true },
      { field: 'width', value: 512 },
      { field: 'height', value: 768 },
    ]);
    expect(moves(HIRES, settings(512, 768, 2))).toEqual([
      { field: 'hr-checkbox', value: false },
      { field: 'batch_size', value: 2 },
    ]);
  });

  test('of hires fix from a smaller base keep the scale', () => {
    expect(moves(HIRES, settings(384, 576, 1, [768, 1152]))).toEqual([
      { field: 'width', value: 384 },
      { field: 'height', value: 576 },
    ]);
  });

  test('of a smaller target are the scale, in the steps of its slider', () => {
    expect(moves(HIRES, settings(512, 768, 1, [768, 1152]))).toEqual([{ field: 'hr_scale', value: 1.5 }]);
    // 1.61: the next step below.
    expect(moves(HIRES, settings(512, 768, 1, [824, 1236]))).toEqual([{ field: 'hr_scale', value: 1.6 }]);
  });

  test('of another upscaler are its name alone, and with a smaller target the scale too', () => {
    const network = { ...HIRES, hiresUpscaler: 'R-ESRGAN 4x+' };
    expect(moves(network, settings(512, 768, 1, [1024, 1536]))).toEqual([{ field: 'hr_upscaler', value: 'Latent' }]);
    expect(moves(network, settings(512, 768, 1, [768, 1152]))).toEqual([
      { field: 'hr_scale', value: 1.5 },
      { field: 'hr_upscaler', value: 'Latent' },
    ]);
    const images: GenerationSettings = { ...settings(512, 768, 1, [1024, 1536]), operation: 'hires_image' };
    const lanczos = images.hires === null ? images : { ...images, hires: { ...images.hires, upscaler: 'Lanczos' } };
    expect(moves(network, lanczos)).toEqual([{ field: 'hr_upscaler', value: 'Lanczos' }]);
  });

  test('of a target that was set in pixels take its place', () => {
    const inPixels = { ...HIRES, hiresResizeX: 1024, hiresResizeY: 1536 };
    expect(moves(inPixels, settings(512, 768, 1, [768, 1152]))).toEqual([
      { field: 'hr_scale', value: 1.5 },
      { field: 'hr_resize_x', value: 0 },
      { field: 'hr_resize_y', value: 0 },
    ]);
  });

  test('are the target where the sliders name it by an old option', () => {
    const old = { ...HIRES, oldHiresBehaviour: true, width: 1024, height: 1024 };
    expect(moves(old, settings(512, 512, 1, [768, 768]))).toEqual([
      { field: 'width', value: 768 },
      { field: 'height', value: 768 },
    ]);
  });

  test('of img2img are its sliders, and under Resize by a scale that makes nothing larger', () => {
    const smaller: GenerationSettings = { ...settings(704, 960, 2), operation: 'img2img' };
    expect(moves(IMG2IMG, smaller)).toEqual([
      { field: 'width', value: 704 },
      { field: 'height', value: 960 },
    ]);
    expect(moves({ ...IMG2IMG, resizeBy: true }, smaller)).toEqual([{ field: 'scale', value: 1.35 }]);
  });
});

describe('there are none', () => {
  test('where so many batches cannot be set, or how many there are is not known', () => {
    expect(moves(TXT2IMG, settings(1024, 1536, 1), 4, 30)).toEqual([]);
    expect(movesTo(TXT2IMG, null, { settings: settings(1024, 1536, 1), times: 4 }, UPSCALERS)).toEqual([]);
  });

  test('where the picture that Resize by multiplies is gone', () => {
    const smaller: GenerationSettings = { ...settings(704, 960, 2), operation: 'img2img' };
    expect(moves({ ...IMG2IMG, resizeBy: true, image: null }, smaller)).toEqual([]);
  });
});
