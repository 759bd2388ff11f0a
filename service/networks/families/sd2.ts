import type { NetworkFamily } from './family.ts';

export const sd2 = {
  name: 'SD 2',
  unet: {
    inputChannels: 4,
    multipliers: [1, 2, 4, 4],
    depths: [1, 1, 1, 0],
    middleDepth: 1,
    contextChannels: 1024,
    headChannels: 64,
    linearProjections: true,
    labelChannels: null,
  },
  copies: false,
  // It allocates what SD 1 does, in another order.
  needsOrder: true,
  usualEncode: 'autocast',
  vaeNeedsFloat: false,
  // OpenCLIP ViT-H/14
  textParameters: 354_032_640,
  movedForPrompts: null,
  // Measured in 16 bits alone.
  idleSlackMiB: { half: 100, vaeInFloat: 100, float: 200 },
  likelySizes: [],
  addOns: 'small',
  webui: {
    flag: 'is_sd2',
    medvram: null,
    config: /^v2-inference(?:-v)?$/,
    official: /^(?:v2-1_(?:768|512)-(?:non)?ema-pruned|768-v-ema|512-base-ema)$/i,
  },
} as const satisfies NetworkFamily;
