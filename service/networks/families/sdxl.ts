import { bothTextTensors } from '../text-weights.ts';
import type { NetworkFamily } from './family.ts';

export const sdxl = {
  name: 'SDXL',
  unet: {
    inputChannels: 4,
    multipliers: [1, 2, 4],
    depths: [0, 2, 10],
    middleDepth: 10,
    contextChannels: 2048,
    headChannels: 64,
    linearProjections: true,
    labelChannels: 2816,
  },
  // sgm's transformer does.
  copies: true,
  needsOrder: false,
  usualEncode: 'as-decoded',
  vaeNeedsFloat: true,
  // CLIP ViT-L/14 and OpenCLIP ViT-bigG/14
  textParameters: 817_720_320,
  movedForPrompts: bothTextTensors,
  // Measured in 16 bits alone.
  idleSlackMiB: { half: 259, vaeInFloat: 259, float: 518 },
  likelySizes: [
    [1024, 1024],
    [832, 1216],
    [896, 1152],
    [768, 1344],
    [1536, 1536],
    [2048, 2048],
  ],
  addOns: 'large',
  webui: {
    flag: 'is_sdxl',
    medvram: 'medvram_sdxl',
    config: /^sd_xl_base$/,
    official: /^sd_xl_base_1\.0(?:_0\.9vae)?$/i,
  },
} as const satisfies NetworkFamily;
