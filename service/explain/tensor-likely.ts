/** Generations that are made often, for a text that does not tell its settings. The likelier ones first. */
import type { Networks } from '../networks/networks.ts';
import { wholeScoresFor, type Sized } from './tensor-sizes.ts';

/** Width and height; portraits and landscapes take the same. */
const SIZES: Readonly<Record<'sd1' | 'sdxl', readonly (readonly [number, number])[]>> = {
  sd1: [
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
  sdxl: [
    [1024, 1024],
    [832, 1216],
    [896, 1152],
    [768, 1344],
    [1536, 1536],
    [2048, 2048],
  ],
};
const BATCHES = [1, 2, 4, 8] as const;
/** Prompts of unlike lengths are evaluated one after the other. */
const EVALUATED = [2, 1] as const;

/**
 * The score matrices of attention in one piece that such generations would ask for. Other tensors have sizes that too
 * many settings share, so that a guess at them would tell nothing.
 */
export function likelyScores(): Sized[] {
  return (['sd1', 'sdxl'] as const).flatMap((shape) =>
    EVALUATED.flatMap((evaluated) =>
      BATCHES.flatMap((batchSize) =>
        SIZES[shape].flatMap(([width, height]) => {
          const settings = { operation: 'txt2img' as const, width, height, batchSize, hires: null };
          return wholeScoresFor(usual(shape, evaluated), settings);
        }),
      ),
    ),
  );
}

function usual(shape: 'sd1' | 'sdxl', evaluated: 1 | 2): Networks {
  return {
    shape,
    precision: 'autocast',
    copies: shape === 'sdxl',
    evaluated,
    decode: 'half',
    encode: 'half',
    scores: 'whole',
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' },
    resident: 'all',
  };
}
