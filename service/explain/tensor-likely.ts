/** Generations that are made often, for a text that does not tell its settings. The likelier ones first. */
import { FAMILIES, FAMILY_NAMES, type Family } from '../networks/families/registry.ts';
import type { Networks } from '../networks/networks.ts';
import { wholeScoresFor, type Sized } from './tensor-sizes.ts';

const BATCHES = [1, 2, 4, 8] as const;
/** Prompts of unlike lengths are evaluated one after the other. */
const EVALUATED = [2, 1] as const;

/**
 * The score matrices of attention in one piece that such generations would ask for. Other tensors have sizes that too
 * many settings share, so that a guess at them would tell nothing.
 */
export function likelyScores(): Sized[] {
  return FAMILY_NAMES.flatMap((shape) =>
    EVALUATED.flatMap((evaluated) =>
      BATCHES.flatMap((batchSize) =>
        FAMILIES[shape].likelySizes.flatMap(([width, height]) => {
          const settings = { operation: 'txt2img' as const, width, height, batchSize, hires: null };
          return wholeScoresFor(usual(shape, evaluated), settings);
        }),
      ),
    ),
  );
}

function usual(shape: Family, evaluated: 1 | 2): Networks {
  return {
    shape,
    precision: 'autocast',
    copies: FAMILIES[shape].copies,
    evaluated,
    decode: 'half',
    encode: 'half',
    scores: 'whole',
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace: 'x+y', workspaceInFloat: 'x' },
    resident: 'all',
  };
}
