import { at } from '../base/at.ts';
import type { UNetShape } from './unet-shape.ts';

/**
 * Parameters of the networks as PyTorch moves them, one tensor after another (`Module.to`: children first, weight
 * before bias). Numbers of elements.
 */
export type Tensors = readonly number[];

const CHANNELS = 320;
const EMBEDDING = 4 * CHANNELS;
const LATENT_CHANNELS = 4;
const VAE_CHANNELS = [128, 256, 512, 512] as const;

export const linear = (from: number, to: number, hasBias = true): Tensors => (hasBias ? [from * to, to] : [from * to]);
const convolution = (from: number, to: number, kernel: 1 | 3 = 3): Tensors => [from * to * kernel ** 2, to];
export const norm = (channels: number): Tensors => [channels, channels];

function attention(channels: number, contextChannels: number): Tensors {
  return [
    ...linear(channels, channels, false),
    ...linear(contextChannels, channels, false),
    ...linear(contextChannels, channels, false),
    ...linear(channels, channels),
  ];
}

function transformerBlock(channels: number, contextChannels: number): Tensors {
  return [
    ...attention(channels, channels),
    ...linear(channels, 8 * channels),
    ...linear(4 * channels, channels),
    ...attention(channels, contextChannels),
    ...norm(channels),
    ...norm(channels),
    ...norm(channels),
  ];
}

function transformer(channels: number, depth: number, { contextChannels, linearProjections }: UNetShape): Tensors {
  const project = linearProjections ? linear(channels, channels) : convolution(channels, channels, 1);
  const blocks = Array.from({ length: depth }, () => transformerBlock(channels, contextChannels)).flat();
  return depth === 0 ? [] : [...norm(channels), ...project, ...blocks, ...project];
}

function residual(from: number, to: number): Tensors {
  return [
    ...norm(from),
    ...convolution(from, to),
    ...linear(EMBEDDING, to),
    ...norm(to),
    ...convolution(to, to),
    ...(from === to ? [] : convolution(from, to, 1)),
  ];
}

/** Of the denoising network, in the pieces that --lowvram moves by themselves, in the order in which they compute. */
export interface UNetWeights {
  readonly timeEmbedding: Tensors;
  /** SDXL's, of sizes and the like; none elsewhere. */
  readonly labelEmbedding: Tensors;
  readonly down: readonly Tensors[];
  readonly middle: Tensors;
  readonly up: readonly Tensors[];
  readonly out: Tensors;
}

export function unetWeights(shape: UNetShape): UNetWeights {
  const { inputChannels, multipliers, depths, middleDepth, labelChannels } = shape;
  const levels = multipliers.length;
  const down: Tensors[] = [convolution(inputChannels, CHANNELS)];
  const skips: number[] = [CHANNELS];
  let channels = CHANNELS;
  for (let level = 0; level < levels; level += 1) {
    const own = CHANNELS * at(multipliers, level);
    for (let i = 0; i < 2; i += 1) {
      down.push([...residual(channels, own), ...transformer(own, at(depths, level), shape)]);
      channels = own;
      skips.push(own);
    }
    if (level + 1 === levels) continue;
    down.push(convolution(own, own));
    skips.push(own);
  }
  const middle = [
    ...residual(channels, channels),
    ...transformer(channels, middleDepth, shape),
    ...residual(channels, channels),
  ];
  const up: Tensors[] = [];
  for (let level = levels - 1; level >= 0; level -= 1) {
    const own = CHANNELS * at(multipliers, level);
    for (let i = 0; i < 3; i += 1) {
      const doubling = i === 2 && level > 0 ? convolution(own, own) : [];
      up.push([
        ...residual(channels + at(skips, skips.length - 1 - up.length), own),
        ...transformer(own, at(depths, level), shape),
        ...doubling,
      ]);
      channels = own;
    }
  }
  return {
    timeEmbedding: [...linear(CHANNELS, EMBEDDING), ...linear(EMBEDDING, EMBEDDING)],
    labelEmbedding:
      labelChannels === null ? [] : [...linear(labelChannels, EMBEDDING), ...linear(EMBEDDING, EMBEDDING)],
    down,
    middle,
    up,
    out: [...norm(CHANNELS), ...convolution(CHANNELS, LATENT_CHANNELS)],
  };
}

/** The whole of it. */
export function unetTensors(shape: UNetShape): Tensors {
  const { timeEmbedding, labelEmbedding, down, middle, up, out } = unetWeights(shape);
  return [...timeEmbedding, ...labelEmbedding, ...down.flat(), ...middle, ...up.flat(), ...out];
}

function vaeResidual(from: number, to: number): Tensors {
  return [
    ...norm(from),
    ...convolution(from, to),
    ...norm(to),
    ...convolution(to, to),
    ...(from === to ? [] : convolution(from, to, 1)),
  ];
}

function vaeMiddle(channels: number): Tensors {
  const projections = Array.from({ length: 4 }, () => convolution(channels, channels, 1)).flat();
  return [...vaeResidual(channels, channels), ...norm(channels), ...projections, ...vaeResidual(channels, channels)];
}

/** Of the autoencoder, both halves. */
export function vaeTensors(): Tensors {
  const [first, , , last] = VAE_CHANNELS;
  const encoder: number[] = [...convolution(3, first)];
  VAE_CHANNELS.forEach((channels, level) => {
    const from = VAE_CHANNELS[level - 1] ?? first;
    encoder.push(...vaeResidual(from, channels), ...vaeResidual(channels, channels));
    if (level + 1 < VAE_CHANNELS.length) encoder.push(...convolution(channels, channels));
  });
  encoder.push(...vaeMiddle(last), ...norm(last), ...convolution(last, 2 * LATENT_CHANNELS));
  const decoder: number[] = [...convolution(LATENT_CHANNELS, last), ...vaeMiddle(last)];
  // Kept from the largest picture to the smallest, computed the other way round.
  VAE_CHANNELS.forEach((channels, level) => {
    const from = VAE_CHANNELS[level + 1] ?? last;
    decoder.push(
      ...vaeResidual(from, channels),
      ...vaeResidual(channels, channels),
      ...vaeResidual(channels, channels),
    );
    if (level > 0) decoder.push(...convolution(channels, channels));
  });
  decoder.push(...norm(first), ...convolution(first, 3));
  const ends = [
    ...convolution(2 * LATENT_CHANNELS, 2 * LATENT_CHANNELS, 1),
    ...convolution(LATENT_CHANNELS, LATENT_CHANNELS, 1),
  ];
  return [...encoder, ...decoder, ...ends];
}
