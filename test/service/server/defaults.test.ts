import { describe, expect, test } from '@jest/globals';
import { benchmarkOptionsSchema } from '../../../service/protocol/benchmark.ts';
import { defaultOptions } from '../../../service/server/defaults.ts';

describe('what Run Benchmark suggests', () => {
  test.each([
    [4096, 768, 2],
    [6144, 768, 2],
    [8192, 1024, 4],
    [12_288, 1280, 4],
    [16_384, 1536, 8],
    [24_576, 1536, 8],
    [49_152, 2048, 16],
  ])('for a card of %i MiB is %i px and batches up to %i', (totalMiB, maxSizePx, maxBatchSize) => {
    expect(defaultOptions(totalMiB, 'VRAM')).toMatchObject({ maxSizePx, maxBatchSize, budget: 'default' });
  });

  test.each([
    [null, 'VRAM'],
    [0, 'VRAM'],
    [64_000, 'RAM'],
  ] as const)('for %p MiB of %s may be started as it stands', (totalMiB, label) => {
    expect(benchmarkOptionsSchema.safeParse(defaultOptions(totalMiB, label))).toMatchObject({ success: true });
  });

  test('on the CPU is small: a run takes minutes there', () => {
    expect(defaultOptions(64_000, 'RAM')).toMatchObject({ maxSizePx: 512, maxBatchSize: 2, budget: 'quick' });
  });
});
