import { FLOAT, type Layers } from './layers.ts';
import { CHUNK_SCORES_UNIT, CHUNK_UNIT, PROMPT_TOKENS, SINGLE_SQUARE_UNIT, SQUARE_UNIT } from './sampling-units.ts';
import type { Tensor } from './tape.ts';

/**
 * What attention keeps of its score matrices, and of their softmax: nothing, those of all heads at once, those of two heads at a time,
 * or of all heads for 1024 queries at a time.
 */
export type Scores = 'fused' | 'whole' | 'pairs' | 'chunks';

/** What attention gives, from its queries; `toItself`: with the keys of the same pixels rather than those of the prompt. */
export function attend(ops: Layers, scores: Scores, query: Tensor, toItself: boolean, heads: number): Tensor {
  const { unit, width } = query;
  const weights = (scoresUnit: number, rowsUnit: number, count: number): Tensor => {
    const raw = toItself ? ops.tape.allocate(scoresUnit + unit, count, width) : ops.tape.allocate(rowsUnit + unit, count * PROMPT_TOKENS, width);
    return ops.through(raw, (y) => ops.pointwise(y));
  };
  switch (scores) {
    case 'fused': {
      const result = ops.like(query);
      // Each row's logarithm of its sum.
      ops.tape.release(ops.tape.allocate(unit, heads, FLOAT));
      return result;
    }
    case 'whole':
      return ops.through(weights(SQUARE_UNIT, 0, heads), () => ops.like(query));
    case 'pairs': {
      const result = ops.like(query);
      ops.tape.release(ops.through(weights(SINGLE_SQUARE_UNIT, 0, 2), () => ops.like(query, (2 * query.channels) / heads)));
      return result;
    }
    case 'chunks': {
      const result = ops.like(query);
      ops.tape.release(ops.through(weights(CHUNK_SCORES_UNIT, CHUNK_UNIT, heads), () => ops.tape.allocate(CHUNK_UNIT + unit, query.channels, width)));
      return result;
    }
  }
}
