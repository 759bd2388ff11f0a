import { describe, expect, test } from '@jest/globals';
import { curvesOf } from '../../../service/server/curves.ts';
import { exampleRun } from '../recorder/examples.ts';

function sizesOf(...measuredPx: number[]): number[] {
  const runs = measuredPx.map((px) => exampleRun({ settings: { operation: 'txt2img', width: px, height: px, batchSize: 1, hires: null } }));
  return curvesOf('txt2img', null, runs, 0, 8192).sizesPx;
}

describe('curves', () => {
  test('begin at 256 px, or at the smallest size that was run', () => {
    expect(sizesOf(512, 1024)[0]).toBe(256);
    expect(sizesOf(192, 256)[0]).toBe(192);
  });

  test('go on some way beyond the largest size that was run', () => {
    expect(sizesOf(512, 1024).at(-1)).toBe(1280);
  });
});
