import { describe, expect, test } from '@jest/globals';
import { estimate } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { spillWarnings } from '../../../service/estimate/spill.ts';
import { unsliceableSizes, warningsFor } from '../../../service/estimate/warnings.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import type { Fit } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { TRAITS } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';

const plain = (width: number, height: number): GenerationSettings => ({
  operation: 'txt2img',
  width,
  height,
  batchSize: 1,
  hires: null,
});
const hires = (width: number, height: number, toWidth: number, toHeight: number): GenerationSettings => ({
  ...plain(width, height),
  operation: 'hires_latent',
  hires: { width: toWidth, height: toHeight, uncroppedWidth: toWidth, uncroppedHeight: toHeight, upscaler: 'Latent' },
});

const SLICED: Networks = { ...SD15, scores: 'slices' };
const fitOf = (networks: Networks) => ({
  replay: { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
  slackMiB: 0,
});
const SLICES = fitOf(SLICED);
const FUSED = fitOf({ ...SLICED, scores: 'fused' });

/** SDXL's weights on a card, its networks known. */
function sdxl(decode: Networks['decode']): Fit {
  const networks: Networks = { ...SLICED, shape: 'sdxl', decode, scores: 'fused' };
  return {
    version: 1,
    traits: TRAITS,
    staticMiB: 5150,
    slackMiB: 250,
    active: [],
    reserved: [],
    replay: { networks, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
    known: { failures: [], successes: [] },
    process: null,
    factors: { sampling: ONE, scores: ONE, encode: ONE, decode: ONE, 'vae-scores': ONE },
    spread: { peakLow: 0.01, peakHigh: 0.01, peakJagged: 0, requiredLow: 0.01, requiredHigh: 0.01 },
    domain: { maxAreaPx: 1024 * 1024, maxBatchSize: 1, maxWorkPx: 1024 * 1024 },
    runs: { measured: 10, capped: 5, censored: 0, outliers: 0 },
  };
}
const ONE = { value: 1, low: 1, high: 1 };

describe('warnings', () => {
  test('of sizes off the grid, of both passes of hires fix', () => {
    expect(warningsFor(FUSED, plain(1632, 2448), Infinity)).toEqual([
      { code: 'not-a-multiple-of-64', width: 1632, height: 2448 },
    ]);
    expect(warningsFor({ replay: null, slackMiB: 0 }, hires(816, 1224, 1664, 2496), Infinity)).toEqual([
      { code: 'not-a-multiple-of-64', width: 816, height: 1224 },
    ]);
    expect(warningsFor(FUSED, plain(1664, 2496), 4000)).toEqual([]);
  });

  test('where attention is sliced with what is free, into how many: more where less is', () => {
    expect(warningsFor(SLICES, plain(768, 768), 22_000)).toEqual([]);
    expect(warningsFor(SLICES, plain(768, 768), 5700)).toEqual([{ code: 'adapts-to-free-memory', slices: 2 }]);
    expect(warningsFor(SLICES, plain(768, 768), 1500)).toEqual([{ code: 'adapts-to-free-memory', slices: 8 }]);
  });

  test("where the autoencoder's tokens do not divide: 1032 x 1000 has 129 x 125 of them, an odd number", () => {
    expect(warningsFor(SLICES, plain(1032, 1000), 1250)).toContainEqual({ code: 'token-count-does-not-divide' });
    expect(warningsFor(SLICES, plain(1024, 1024), 1250)).not.toContainEqual({ code: 'token-count-does-not-divide' });
    expect(warningsFor(SLICES, plain(1032, 1000), 8000)).not.toContainEqual({ code: 'token-count-does-not-divide' });
  });

  test('where slices may find no room with just what is free now, though they do with less and with more', () => {
    const at = (roomMiB: number) =>
      warningsFor(SLICES, { ...plain(768, 768), batchSize: 2 }, roomMiB).some(
        ({ code }) => code === 'slices-may-not-fit',
      );
    expect([2100, 2190, 2300].map(at)).toEqual([false, true, false]);
  });
});

/** Found on the real PyTorch (A1111 1.10.1 with --medvram): it failed on 6144 MiB, and ran on 6182 and on 2600. */
test('attention that finds room for all of its scores at once, and then none for them in one piece, may fail too', () => {
  const replayed = fitOf({
    ...SLICED,
    resident: 'network',
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+w+y', workspaceInFloat: 'x' },
  });
  const codesIn = (deviceMiB: number) =>
    warningsFor(replayed, { ...plain(512, 576), batchSize: 2 }, deviceMiB - 464).map(({ code }) => code);
  expect(codesIn(6144)).toContain('slices-may-not-fit');
  expect(codesIn(6800)).not.toContain('slices-may-not-fit');
});

/** Found on the real PyTorch (A1111 1.10.1): it failed on 8192 MiB, with 2532 in use at idle, and ran on 6808. */
test("what the first picture's decode leaves may be in the second's way, where there is more than is required", () => {
  const replayed = fitOf({
    ...SLICED,
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+w+y', workspaceInFloat: 'x' },
  });
  const codesIn = (batchSize: number) =>
    warningsFor(replayed, { ...plain(1952, 1096), batchSize }, 8192 - 2532).map(({ code }) => code);
  expect(codesIn(2)).toContain('slices-may-not-fit');
  expect(codesIn(1)).not.toContain('slices-may-not-fit');
});

/** Found on the simulated card: it failed where 5236 MiB were there beside the weights, and ran where 12 MiB less were. */
test('a range of rooms in which slices find none is not looked past for being narrow', () => {
  const replayed = fitOf({
    ...SLICED,
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' },
  });
  const codesAt = (roomMiB: number) => warningsFor(replayed, plain(704, 960), roomMiB).map(({ code }) => code);
  expect(codesAt(5236)).toContain('slices-may-not-fit');
  expect(codesAt(5100)).not.toContain('slices-may-not-fit');
});

describe('a driver that moves memory to system RAM', () => {
  const at = (valueMiB: number, highMiB: number) =>
    spillWarnings({ valueMiB, lowMiB: 0, highMiB }, { usableMiB: 12_000, otherMiB: 1000 });

  test('begins at 95 % of what programs can have, all programs together', () => {
    expect(at(10_399, 10_399)).toEqual([]);
    expect(at(10_400, 10_400)).toEqual([{ code: 'driver-may-spill', likely: true }]);
  });

  test('is likely on 12 GB with SDXL and its autoencoder in 32 bits at 1024 x 1024, which fits, and not with 16 bits', () => {
    const memory = { usableMiB: 12_282, otherMiB: 1100 };
    const told = (['float', 'half'] as const).map((decode) => {
      const result = estimate(sdxl(decode), plain(1024, 1024), memory.usableMiB - memory.otherMiB);
      if (!result.ok) throw new Error(result.reason);
      return { verdict: verdict(result, memory).verdict, warnings: spillWarnings(result.peak, memory) };
    });
    expect(told).toEqual([
      { verdict: 'fits', warnings: [{ code: 'driver-may-spill', likely: true }] },
      { verdict: 'fits', warnings: [] },
    ]);
  });

  test('is likely where the peak itself reaches that, possible where only the upper end of its interval does', () => {
    expect(at(9000, 11_500)).toEqual([{ code: 'driver-may-spill', likely: false }]);
    expect(at(11_000, 11_500)).toEqual([{ code: 'driver-may-spill', likely: true }]);
  });
});

describe('attention that slices in a way that is not known', () => {
  test('may be unable to slice 1632 x 2448, whose 62424 tokens 16 does not divide, but not 1664 x 2496', () => {
    expect(unsliceableSizes(plain(1632, 2448))).toEqual([{ width: 1632, height: 2448 }]);
    expect(unsliceableSizes(plain(1664, 2496))).toEqual([]);
  });

  test('both passes of hires fix are looked at, each by its own size', () => {
    expect(unsliceableSizes(hires(816, 1224, 1664, 2496))).toEqual([{ width: 816, height: 1224 }]);
    expect(unsliceableSizes(hires(768, 1152, 1632, 2448))).toEqual([{ width: 1632, height: 2448 }]);
  });
});
