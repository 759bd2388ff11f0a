import { describe, expect, test } from '@jest/globals';
import { warningsFor } from '../../../service/estimate/warnings.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';

const plain = (width: number, height: number): GenerationSettings => ({ operation: 'txt2img', width, height, batchSize: 1, hires: null });
const hires = (width: number, height: number, toWidth: number, toHeight: number): GenerationSettings => ({
  ...plain(width, height),
  operation: 'hires_latent',
  hires: { width: toWidth, height: toHeight, uncroppedWidth: toWidth, uncroppedHeight: toHeight, upscaler: 'Latent' },
});

describe('warnings about sizes', () => {
  test('attention that slices cannot slice 1632 x 2448, whose 62424 tokens 16 does not divide, and can slice 1664 x 2496', () => {
    expect(warningsFor('adaptive', plain(1632, 2448))).toEqual([{ code: 'token-count-does-not-divide', width: 1632, height: 2448 }]);
    expect(warningsFor('adaptive', plain(1664, 2496))).toEqual([]);
  });

  test('both passes of hires fix are looked at, each by its own size', () => {
    expect(warningsFor('adaptive', hires(816, 1224, 1664, 2496))).toEqual([{ code: 'token-count-does-not-divide', width: 816, height: 1224 }]);
    expect(warningsFor('adaptive', hires(768, 1152, 1632, 2448))).toEqual([{ code: 'token-count-does-not-divide', width: 1632, height: 2448 }]);
  });

  test('only attention that slices by free memory is warned of tokens; the others of sizes off the grid', () => {
    expect(warningsFor('fused', plain(1632, 2448))).toEqual([{ code: 'not-a-multiple-of-64', width: 1632, height: 2448 }]);
    expect(warningsFor('fused', plain(1664, 2496))).toEqual([]);
  });
});
