import { textTensors } from '../text-weights.ts';
import type { NetworkFamily } from './family.ts';

export const sd1 = {
  name: 'SD 1',
  unet: {
    inputChannels: 4,
    multipliers: [1, 2, 4, 4],
    depths: [1, 1, 1, 0],
    middleDepth: 1,
    contextChannels: 768,
    headChannels: null,
    linearProjections: false,
    labelChannels: null,
  },
  // ldm's, for which A1111 has one that does not.
  copies: false,
  needsOrder: false,
  usualEncode: 'autocast',
  vaeNeedsFloat: false,
  // CLIP ViT-L/14
  textParameters: 123_060_480,
  movedForPrompts: textTensors,
  idleSlackMiB: { half: 5, vaeInFloat: 56, float: 130 },
  likelySizes: [
    [512, 512],
    [512, 768],
    [768, 768],
    [1024, 1024],
    [1024, 1536],
    [640, 960],
    [960, 1280],
    [1080, 1920],
    [1280, 1920],
    [1536, 1536],
    [2048, 2048],
  ],
  addOns: 'small',
  webui: {
    flag: 'is_sd1',
    medvram: null,
    config: /^v1-inference$/,
    official: /^(?:sd-v1-[1-5]|v1-5-pruned)(?:-emaonly|-full-ema)?(?:-fp16)?$/i,
  },
} as const satisfies NetworkFamily;
