import { describe, expect, test } from '@jest/globals';
import { hintsOf, NO_HINTS } from '../../../service/hosts/hints.ts';

describe('what a set-up says of its networks', () => {
  test('is its family, the width of its numbers, its attention and its torch', () => {
    const key = { family: 'sd1 hybrid', dtype_unet: 'float16', attention: 'sdp-no-mem', torch: '2.1.2+cu121' };
    expect(hintsOf({ key })).toMatchObject({
      family: 'sd1',
      conditioning: 'inpainting',
      bits: 16,
      attention: 'sdp',
      torch: { major: 2, minor: 1 },
    });
    expect(hintsOf({ key: { ...key, family: 'sdxl', dtype_unet: 'float32', attention: 'xformers' } })).toMatchObject({
      family: 'sdxl',
      conditioning: 'prompt',
      bits: 32,
      attention: 'xformers',
    });
  });

  test('is nothing where the key holds nothing, or nothing known', () => {
    expect(hintsOf({ key: {} })).toEqual(NO_HINTS);
    expect(hintsOf({ key: { family: 'sd3', dtype_unet: 'float8', attention: 'V1', torch: 'unknown' } })).toEqual(
      NO_HINTS,
    );
  });
});
