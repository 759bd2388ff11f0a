/** Parameters of the text encoders. */
import { linear, norm, type Tensors } from './weights.ts';

const VOCABULARY = 49_408;
const POSITIONS = 77;
const CLIP_L = { channels: 768, layers: 12 };
const OPEN_CLIP_G = { channels: 1280, layers: 32 };

/** Of SD 1's text encoder (CLIP ViT-L/14), with the numbers of the positions, 64 bits each. */
export function textTensors(): Tensors {
  const { channels, layers } = CLIP_L;
  const projection = linear(channels, channels);
  const layer = [
    ...Array.from({ length: 4 }, () => projection).flat(),
    ...norm(channels),
    ...linear(channels, 4 * channels),
    ...linear(4 * channels, channels),
    ...norm(channels),
  ];
  return [
    VOCABULARY * channels,
    POSITIONS * channels,
    4 * POSITIONS,
    ...Array.from({ length: layers }, () => layer).flat(),
    ...norm(channels),
  ];
}

/** OpenCLIP's ViT-bigG/14, with the mask of its attention. */
function openClipTensors(): Tensors {
  const { channels, layers } = OPEN_CLIP_G;
  const layer = [
    ...norm(channels),
    ...linear(channels, channels),
    ...linear(channels, 3 * channels),
    ...norm(channels),
    ...linear(channels, 4 * channels),
    ...linear(4 * channels, channels),
  ];
  return [
    ...Array.from({ length: layers }, () => layer).flat(),
    VOCABULARY * channels,
    ...norm(channels),
    POSITIONS * channels,
    channels * channels,
    1,
    POSITIONS * POSITIONS,
  ];
}

/** SDXL's two text encoders, which are moved as one. */
export function bothTextTensors(): Tensors {
  return [...textTensors(), ...openClipTensors()];
}
