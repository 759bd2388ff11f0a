import { describe, expect, test } from '@jest/globals';
import { drawLadders, drawRandom, outputPixels } from '../card/draw.ts';

describe('settings drawn at random', () => {
  const drawn = drawRandom(40, 7, 1024, 4);

  test('are the same for the same seed, and others for another', () => {
    expect(drawRandom(40, 7, 1024, 4)).toEqual(drawn);
    expect(drawRandom(40, 8, 1024, 4)).not.toEqual(drawn);
  });

  test('are of all four operations', () => {
    expect(new Set(drawn.map(({ operation }) => operation)).size).toBe(4);
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
