import { describe, expect, test } from '@jest/globals';
import { isLandscape, settingsWith, shapeOf, turned, turnedShape } from '../../../frontend-js/tab/sizes.ts';

const SHAPES = ['1:1', '3:4', '2:3', '9:16'];
const UPRIGHT = { operation: 'txt2img', width: 512, height: 768, batchSize: 4, hires: null } as const;
const target = { width: 1024, height: 1536, uncroppedWidth: 1024, uncroppedHeight: 1536, upscaler: 'Latent' };
const HIRES = { ...UPRIGHT, operation: 'hires_latent', hires: target } as const;

describe('the shape of the sliders', () => {
  test('is the nearest of the table, whichever way it lies, and none where it is like none', () => {
    const of = (width: number, height: number) => shapeOf({ ...UPRIGHT, width, height }, SHAPES);
    expect([of(512, 768), of(768, 512), of(512, 512), of(832, 1216)]).toEqual(['2:3', '2:3', '1:1', '2:3']);
    expect([of(1344, 768), of(512, 2048), of(512, 640)]).toEqual(['9:16', null, null]);
  });

  test('is that of what comes out', () => {
    expect(shapeOf({ ...HIRES, hires: { ...target, width: 1024, height: 1024 } }, SHAPES)).toBe('1:1');
  });

  test('lies where it is wider than high, and the sizes with it', () => {
    expect([isLandscape(UPRIGHT), isLandscape({ ...UPRIGHT, width: 1024 }), isLandscape(null)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([turned({ width: 512, height: 768 }), turnedShape('9:16')]).toEqual([{ width: 768, height: 512 }, '16:9']);
  });
});

describe('a size that is chosen', () => {
  test('is set with its batch size, and nothing else of the settings', () => {
    expect(settingsWith({ ...UPRIGHT, addOns: ['ControlNet'] }, { width: 1024, height: 1024 }, 2)).toEqual({
      ...UPRIGHT,
      width: 1024,
      height: 1024,
      batchSize: 2,
    });
  });

  test('is what hires fix makes of a base as many times smaller as now', () => {
    expect(settingsWith(HIRES, { width: 1920, height: 1920 }, 1)).toEqual({
      ...HIRES,
      width: 960,
      height: 960,
      batchSize: 1,
      hires: { ...target, width: 1920, height: 1920, uncroppedWidth: 1920, uncroppedHeight: 1920 },
    });
  });
});
