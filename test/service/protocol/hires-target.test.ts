import { describe, expect, test } from '@jest/globals';
import { hiresTarget } from '../../../service/protocol/hires-target.ts';

const base = { width: 512, height: 512, scale: 2, resizeX: 0, resizeY: 0, oldBehaviour: false };

/** "first > uncropped > output". */
function said(input: Partial<typeof base>): string {
  const target = hiresTarget({ ...base, ...input });
  return `${target.firstWidth}x${target.firstHeight} > ${target.uncroppedWidth}x${target.uncroppedHeight} > ${target.width}x${target.height}`;
}

describe('the target of hires fix', () => {
  test('is the scaled size without resize fields', () => {
    expect(said({ scale: 1.5, height: 768 })).toBe('512x768 > 768x1152 > 768x1152');
  });

  test('loses what is no whole latent cell', () => {
    // 256 * 1.05 = 268.8, and the WebUI's picture is 264 wide.
    expect(said({ width: 256, height: 256, scale: 1.05 })).toBe('256x256 > 264x264 > 264x264');
  });

  test('follows one resize field and keeps the shape', () => {
    expect(said({ width: 512, height: 768, resizeX: 1024 })).toBe('512x768 > 1024x1536 > 1024x1536');
    expect(said({ width: 512, height: 768, resizeY: 1152 })).toBe('512x768 > 768x1152 > 768x1152');
  });

  test('covers both resize fields and is cropped to them', () => {
    // Seen in the WebUI: 256x256 with 400 x 600 works on 600x600, cuts 25 cells, and gives a picture of 400x600.
    expect(said({ width: 256, height: 256, resizeX: 400, resizeY: 600 })).toBe('256x256 > 600x600 > 400x600');
    expect(said({ width: 512, height: 768, resizeX: 1024, resizeY: 1024 })).toBe('512x768 > 1024x1536 > 1024x1024');
  });

  test('crops nothing where the shape is the same', () => {
    expect(said({ resizeX: 1024, resizeY: 1024 })).toBe('512x512 > 1024x1024 > 1024x1024');
  });

  test('rounds resize fields that are no multiple of 8 as the WebUI does', () => {
    expect(said({ width: 256, height: 256, resizeX: 404, resizeY: 604 })).toBe('256x256 > 600x600 > 400x600');
  });

  test('may be smaller than the image', () => {
    expect(said({ width: 1024, height: 1024, resizeX: 512, resizeY: 512 })).toBe('1024x1024 > 512x512 > 512x512');
  });

  test('is the slider size with the old behaviour, whose first pass is about 512 x 512', () => {
    expect(said({ width: 1024, height: 1536, oldBehaviour: true })).toBe('448x640 > 1072x1536 > 1024x1536');
  });

  test('is nothing for a slider at 0', () => {
    expect(said({ width: 0, resizeX: 1024, resizeY: 512 })).toBe('0x512 > 0x0 > 0x0');
  });
});
