/** What the real PyTorch allocated in AUTOMATIC1111 1.10.1 on a card without kernels, against the replay, which has seen none of it. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Scores } from '../../../../service/model/replay/attention/scores.ts';
import type { Kernels } from '../../../../service/model/replay/kernels.ts';
import { PRECISIONS, SHAPES, type Networks } from '../../../../service/model/replay/networks.ts';
import { activePeakMiB, reservedPeakMiB } from '../../../../service/model/replay/peaks.ts';
import { samplingElements } from '../../../../service/model/replay/sampling-units.ts';
import { allElements, bytesOf, RELEASE, type Program } from '../../../../service/model/replay/tape.ts';
import { samplingProgram } from '../../../../service/model/replay/unet.ts';
import { vaeElements } from '../../../../service/model/replay/vae-units.ts';
import { decodeProgram, encodeProgram } from '../../../../service/model/replay/vae.ts';
import type { GenerationSettings } from '../../../../service/protocol/settings.ts';

const KERNELS: Kernels = { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' };
/** Smaller ones come and go beside the networks: time embeddings, the prompt. */
const LEAST_BYTES = 1_150_000;

function recorded(name: string): number[] {
  const file = new URL(`../../../fixtures/allocations/${name}.txt.gz`, import.meta.url);
  return gunzipSync(readFileSync(file)).toString().trim().split('\n').map(Number);
}

/** Allocations positive, releases negative. */
function written(program: Program, own: readonly number[]): number[] {
  const elements = allElements(program, own, KERNELS.workspace);
  const held = new Map<number, number>();
  const sizes = [...program.sizes].map((size, i) => {
    const slot = program.slots[i] ?? -1;
    if (size === RELEASE) return -(held.get(slot) ?? 0);
    const bytes = (program.kinds[size]?.sizes ?? []).reduce((sum, one) => sum + bytesOf(one, elements), 0);
    held.set(slot, bytes);
    return bytes;
  });
  return sizes.filter((bytes) => Math.abs(bytes) >= LEAST_BYTES);
}

/** From the output of the first convolution: before it come latents, pictures and prompts. */
function fromFirst(all: readonly number[], first: number | undefined): readonly number[] {
  return all.slice(all.findIndex((bytes) => bytes === first));
}

describe('the networks allocate and release as recorded, one by one', () => {
  test.each([
    ['sd1', 'fused', 512, 512, 2],
    ['sd1', 'fused', 512, 512, 8],
    ['sd1', 'whole', 768, 640, 1],
    ['sd1', 'xformers', 512, 512, 2],
    ['sdxl', 'fused', 896, 704, 3],
  ] as const)('%s sampling with %s attention at %ix%i, batch %i', (shape, scores, width, height, batch) => {
    const options = { shape: SHAPES[shape], precision: PRECISIONS.autocast, scores, copies: shape === 'sdxl', kernels: KERNELS, mostBlocks: Infinity };
    const firstBytes = (2 * batch * 320 * 2 * width * height) / 64;
    const real = fromFirst(recorded(`${shape}-${scores}-${width}x${height}x${batch}.sampling`), firstBytes);
    const ours = fromFirst(written(samplingProgram(options, 1), samplingElements(width, height, batch, 2 * batch)), firstBytes);
    // One evaluation; what follows it is the sampler's.
    const count = Math.floor(ours.length / 2) - 10;
    expect(ours.slice(0, count)).toEqual(real.slice(0, count));
    expect(count).toBeGreaterThan(1500);
  });

  test.each([
    ['fused', 512, 512, 2],
    ['whole', 768, 640, 1],
    ['xformers', 512, 512, 2],
  ] as const)('decoding with %s attention at %ix%i', (scores, width, height, batch) => {
    const real = recorded(`sd1-${scores}-${width}x${height}x${batch}.decode`);
    const ours = fromFirst(written(decodeProgram(PRECISIONS.half, scores, KERNELS), vaeElements(width, height, 1)), real[0]);
    // The first picture of two.
    const count = Math.floor(ours.length / 2) - 1;
    expect(real.slice(0, count)).toEqual(ours.slice(0, count));
    expect(count).toBeGreaterThan(300);
  });

  test.each(['fused', 'whole', 'xformers'] as const)('encoding with %s attention', (scores) => {
    const real = recorded(`sd1-${scores}-768x640x2.encode`);
    const [, ...ours] = written(encodeProgram(PRECISIONS.autocast, scores, KERNELS), vaeElements(768, 640, 2));
    const count = Math.floor(ours.length / 2) - 2;
    expect(real.slice(0, count)).toEqual(ours.slice(0, count));
    expect(count).toBeGreaterThan(300);
  });
});

const SCORES: Readonly<Record<string, Scores>> = { Doggettx: 'slices', sdp: 'fused', V1: 'pairs', None: 'whole', 'sub-quadratic': 'chunks', InvokeAI: 'slices-of-heads', xformers: 'xformers' };

const ROWS = readFileSync(new URL('../../../../benchmarks/data/real-allocator/peaks.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

describe('the peaks of a generation are those recorded, with no run to learn from', () => {
  test.each(ROWS)('%s, %s: %s %sx%s, batch %s, hires %sx%s %s', (...row) => {
    const [family, attention = '', op, width, height, batch, hiresWidth, hiresHeight, upscaler, idleActive, idleReserved, active, reserved] = row;
    const shape = family === 'sdxl' ? 'sdxl' : 'sd1';
    const networks: Networks = { shape, precision: 'autocast', copies: shape === 'sdxl', evaluated: 2, decode: 'half', encode: shape === 'sdxl' ? 'half' : 'autocast', scores: SCORES[attention] ?? 'fused', kernels: KERNELS };
    const target = { width: Number(hiresWidth), height: Number(hiresHeight) };
    const hires = op === 'hires' ? { ...target, uncroppedWidth: target.width, uncroppedHeight: target.height, upscaler: 'Lanczos' } : null;
    const operation = op === 'hires' ? (upscaler === 'latent' ? 'hires_latent' : 'hires_image') : op;
    const settings = { operation, width: Number(width), height: Number(height), batchSize: Number(batch), hires } as GenerationSettings;
    // A card of 24 GB and more: nothing has to be sliced.
    const roomMiB = 20_000;
    expect(Math.abs((activePeakMiB(networks, settings, null, roomMiB) + Number(idleActive)) / Number(active) - 1)).toBeLessThan(0.003);
    expect(Math.abs((reservedPeakMiB(networks, settings, null, roomMiB) + Number(idleReserved)) / Number(reserved) - 1)).toBeLessThan(0.003);
  });
});
