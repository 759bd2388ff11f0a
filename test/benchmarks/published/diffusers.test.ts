import { describe, expect, test } from '@jest/globals';
import { autoencoderPeaks } from '../../../benchmarks/published/diffusers.ts';
import type { VaeWork } from '../../../benchmarks/published/figure.ts';
import type { Kernels } from '../../../service/program/kernels.ts';

const KERNELS: Kernels = { tracksOrder: true, sdpa: 'flash', workspace: 'x+y', workspaceInFloat: 'x' };
const work = (operation: VaeWork['operation'], px: number, batchSize = 1): VaeWork => ({
  operation,
  width: px,
  height: px,
  batchSize,
});

/** Of an RTX 4090, its weights left out: FLUX's autoencoder in ldm's code, SD 1.5's in diffusers'. */
describe('an autoencoder alone, as published of a real card', () => {
  test.each([
    ['ldm', 'decode', 512, 16, 546.12],
    ['ldm', 'decode', 1024, 16, 2178.5],
    ['ldm', 'decode', 1024, 32, 3587],
    ['ldm', 'encode', 1024, 16, 1536.28],
    ['diffusers', 'decode', 512, 16, 610.06],
    ['diffusers', 'decode', 1024, 16, 2434.22],
    ['diffusers', 'decode', 1024, 32, 3842.7],
    ['diffusers', 'encode', 512, 16, 384.28],
    ['diffusers', 'encode', 1024, 32, 2560.56],
  ] as const)("%s's code, %s at %i squared in %i bits takes %f MiB, within 3", (code, half, px, bits, publishedMiB) => {
    const { activeMiB } = autoencoderPeaks(work(half, px), bits, KERNELS, code);
    expect(Math.abs(activeMiB - publishedMiB)).toBeLessThan(3);
  });

  test('a batch is decoded as a whole', () => {
    const [one, four] = [1, 4].map((batch) => autoencoderPeaks(work('decode', 512, batch), 16, KERNELS, 'diffusers'));
    expect((four?.activeMiB ?? 0) / (one?.activeMiB ?? 0)).toBeCloseTo(4, 2);
  });

  test('a convolution of more elements than torch hands to cuDNN at once is cut up, so that no copies count', () => {
    const { activeMiB } = autoencoderPeaks(work('decode', 1024, 8), 32, KERNELS, 'diffusers');
    expect(activeMiB / (8 * 3072)).toBeCloseTo(1, 3);
  });
});
