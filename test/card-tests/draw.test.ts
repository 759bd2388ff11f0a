import { describe, expect, test } from '@jest/globals';
import { operationsOf } from '../card/args.ts';
import { drawLadders, drawRandom, outputPixels } from '../card/draw.ts';

const BOUNDS = { maxSizePx: 1024, maxBatchSize: 4 };

describe('settings drawn at random', () => {
  const drawn = drawRandom(40, 7, BOUNDS);

  test('are the same for the same seed, and others for another', () => {
    expect(drawRandom(40, 7, BOUNDS)).toEqual(drawn);
    expect(drawRandom(40, 8, BOUNDS)).not.toEqual(drawn);
  });

  test('are of all four operations', () => {
    expect(new Set(drawn.map(({ operation }) => operation)).size).toBe(4);
  });

  test('are of no operation that the checkpoint cannot run', () => {
    const operations = operationsOf('sd1-inpainting');
    const told = drawRandom(40, 7, { ...BOUNDS, operations }).map(({ operation }) => operation);
    expect(new Set(told)).toEqual(new Set(['txt2img', 'img2img', 'hires_image']));
    const tops = drawLadders(8, 7, operations).map(({ ladder }) => ladder[0]?.operation);
    expect(new Set(tops)).toEqual(new Set(operations));
  });

  test('have the hires target that the WebUI makes of them: never less before it is cut than after', () => {
    for (const { hires } of drawn) {
      if (hires === null) continue;
      expect(hires.uncroppedWidth).toBeGreaterThanOrEqual(hires.width);
      expect(hires.uncroppedHeight).toBeGreaterThanOrEqual(hires.height);
    }
  });
});

describe('ladders', () => {
  const ladders = drawLadders(8, 7);

  test('take the operations in turn', () => {
    const operations = ladders.map(({ ladder }) => ladder[0]?.operation);
    expect(operations.slice(0, 4)).toEqual(operations.slice(4));
    expect(new Set(operations).size).toBe(4);
  });

  test('grow in size alone', () => {
    for (const { ladder } of ladders) {
      const pixels = ladder.map(outputPixels);
      expect(pixels).toEqual([...pixels].sort((a, b) => a - b));
      expect(new Set(ladder.map(({ operation, batchSize }) => `${operation} ${batchSize}`)).size).toBe(1);
    }
  });

  test('have hires targets that both passes can have exactly', () => {
    for (const { ladder } of ladders) {
      for (const { width, height, hires } of ladder) {
        if (hires === null) continue;
        expect([hires.width % 8, hires.height % 8, hires.width * height - hires.height * width]).toEqual([0, 0, 0]);
      }
    }
  });
});
