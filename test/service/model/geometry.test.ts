import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shareNeeded } from '../../../service/model/geometry.ts';
import { replayedNeed } from '../../../service/model/replay/need.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import { OPERATIONS, type GenerationSettings, type Operation } from '../../../service/protocol/settings.ts';
import { settingsOf } from './synthetic-host.ts';

const txt2img = (width: number, height: number, batchSize: number) => settingsOf('txt2img', width, height, batchSize);
/** A hires fix of 512 x 512 to twice that. */
const upscaled = (upscaler: string, widthPx = 512): GenerationSettings => {
  const settings = settingsOf('hires_image', widthPx, 512, 1);
  return settings.hires === null ? settings : { ...settings, hires: { ...settings.hires, upscaler } };
};

describe('of what others need settings need', () => {
  const failed = txt2img(1024, 1024, 4);

  test.each([
    ['the same', failed],
    ['a longer side', txt2img(1088, 1024, 4)],
    ['a larger batch', txt2img(1024, 1024, 5)],
    ['a smaller batch of pictures that are clearly more in all', txt2img(2048, 1024, 3)],
    ['one picture that is clearly more than all of the batch', txt2img(2560, 2048, 1)],
    ['the same picture with an encoder before it', settingsOf('img2img', 1024, 1024, 4)],
    ['a hires fix to that size', settingsOf('hires_latent', 512, 512, 4)],
  ])('all: %s', (_what, larger) => expect(shareNeeded(larger, failed)).toBe(1));

  test.each([
    ['hardly more in all', txt2img(1536, 1024, 3)],
    ['as much in all', txt2img(2048, 1024, 2)],
  ])('most: larger pictures of a smaller batch, %s', (_what, larger) => expect(shareNeeded(larger, failed)).toBe(0.7));

  test.each([
    ['less in all', txt2img(1536, 1024, 2)],
    ['smaller pictures, though more in all', txt2img(768, 768, 16)],
    ['a hires fix that ends smaller', settingsOf('hires_latent', 448, 512, 6)],
  ])('who knows: %s', (_what, other) => expect(shareNeeded(other, failed)).toBe(0));

  test('nothing where the others encode and they do not', () => {
    const encoded = settingsOf('img2img', 1024, 1024, 4);
    expect(shareNeeded(txt2img(1024, 1024, 4), encoded)).toBe(0);
    expect(shareNeeded(txt2img(4096, 4096, 8), encoded)).toBe(0);
  });

  test("nothing by an upscaler's network that is not their own, nor from a smaller picture", () => {
    expect(shareNeeded(upscaled('Lanczos', 1024), upscaled('R-ESRGAN 4x+'))).toBe(0);
    expect(shareNeeded(upscaled('R-ESRGAN 4x+', 1024), upscaled('R-ESRGAN 4x+'))).toBe(1);
    expect(shareNeeded(upscaled('R-ESRGAN 4x+'), upscaled('Lanczos'))).toBe(1);
  });
});

const operation = fc.constantFrom<Operation>(...OPERATIONS);
const sidePx = (step: number) => fc.integer({ min: 4, max: 14 }).map((units) => units * step);
const settings = (step: number) =>
  fc.tuple(operation, sidePx(step), sidePx(step), fc.integer({ min: 1, max: 8 })).map((all) => settingsOf(...all));

describe('the order of settings', () => {
  test('goes on from one to the next: what is as large as the larger is as large as the smaller', () => {
    fc.assert(
      fc.property(settings(64), settings(64), settings(64), (a, b, c) => {
        const least = Math.min(shareNeeded(a, b), shareNeeded(b, c));
        fc.pre(least > 0);
        expect(shareNeeded(a, c)).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 300 },
    );
  });

  test('knows a portrait as its landscape', () => {
    fc.assert(
      fc.property(settings(8), (a) => {
        const turned = settingsOf(a.operation, a.height, a.width, a.batchSize);
        expect([shareNeeded(a, turned), shareNeeded(turned, a)]).toEqual([1, 1]);
      }),
    );
  });
});

const networks: fc.Arbitrary<Networks> = fc.record({
  shape: fc.constantFrom('sd1', 'sdxl'),
  precision: fc.constantFrom('autocast', 'float'),
  copies: fc.constant(false),
  resident: fc.constant('all'),
  evaluated: fc.constantFrom(1, 2),
  decode: fc.constantFrom('half', 'float'),
  encode: fc.constantFrom('half', 'float'),
  scores: fc.constantFrom('fused', 'xformers', 'whole', 'pairs', 'chunks', 'slices', 'slices-of-heads'),
  kernels: fc.record({
    tracksOrder: fc.constant(true),
    sdpa: fc.constantFrom('flash', 'flash-if-many', 'efficient'),
    workspace: fc.constantFrom('none', 'x', 'x+y', 'x+w+y'),
    workspaceInFloat: fc.constantFrom('none', 'x', 'x+y', 'x+w+y'),
  }),
});

/** Of settings of the same operation, a smaller batch of larger pictures that are as much in all, at the most twice. */
const smallerBatch = (step: number) =>
  fc
    .tuple(operation, sidePx(step), sidePx(step), fc.integer({ min: 2, max: 8 }), fc.double({ min: 0, max: 1 }))
    .chain(([op, width, height, batchSize, share]) => {
      const fewer = 1 + Math.floor(share * (batchSize - 1.001));
      return fc
        .double({ min: 1, max: 2, noNaN: true })
        .map(
          (times) =>
            [
              settingsOf(op, step * Math.ceil((width * times * batchSize) / (fewer * step)), height, fewer),
              settingsOf(op, width, height, batchSize),
            ] as const,
        );
    });

test('by replay a smaller batch of larger pictures needs as much, in every attention and workspace', () => {
  const hardly: number[] = [];
  const clearly: number[] = [];
  fc.assert(
    fc.property(networks, smallerBatch(64), (net, [larger, smaller]) => {
      const replay = { networks: net, scale: 1, offsetMiB: 0 };
      const times = replayedNeed(replay, larger, 0).needMiB / replayedNeed(replay, smaller, 0).needMiB;
      const share = shareNeeded(larger, smaller);
      expect([share > 0, times >= 0.94 * share]).toEqual([true, true]);
      (share === 1 ? clearly : hardly).push(times);
    }),
    { numRuns: 200, seed: 13 },
  );
  expect(Math.min(hardly.length, clearly.length)).toBeGreaterThan(20);
  expect(clearly.filter((times) => times < 1)).toEqual([]);
});
