import { FLOAT, type Layers } from '../layers.ts';
import { CHUNK_SCORES_UNIT, CHUNK_UNIT, PROMPT_TOKENS, SINGLE_SQUARE_UNIT, SQUARE_UNIT } from '../sampling-units.ts';
import type { Tensor } from '../../program/tape.ts';
import { projected } from './operands.ts';
import type { Scores } from './scores.ts';

const TRACED = ['fused', 'whole', 'pairs', 'chunks'] as const satisfies readonly Scores[];
type TracedScores = (typeof TRACED)[number];

export function isTraced(scores: Scores): scores is TracedScores {
  return TRACED.some((one) => one === scores);
}

/**
 * Attention as it shows where networks are traced without a card: softmax answers in the width of its input, and
 * nothing is copied into another order. Kept for such tables.
 */
export function attendTraced(ops: Layers, scores: TracedScores, x: Tensor, source: Tensor, heads: number): Tensor {
  const { query, key, value } = projected(ops, x, source);
  const hidden = attend(ops, scores, query, key.unit === query.unit, heads);
  const result = ops.linear(hidden, x.channels);
  ops.tape.release(query, key, value, hidden);
  return result;
}

/**
 * What attention gives, from its queries; `toItself`: with the keys of the same pixels rather than those of the prompt.
 */
function attend(ops: Layers, scores: TracedScores, query: Tensor, toItself: boolean, heads: number): Tensor {
  const { unit, width } = query;
  const weights = (scoresUnit: number, rowsUnit: number, count: number): Tensor => {
    const raw = toItself
      ? ops.tape.allocate(scoresUnit + unit, count, width)
      : ops.tape.allocate(rowsUnit + unit, count * PROMPT_TOKENS, width);
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
      ops.tape.release(
        ops.through(weights(SINGLE_SQUARE_UNIT, 0, 2), () => ops.like(query, (2 * query.channels) / heads)),
      );
      return result;
    }
    case 'chunks': {
      const result = ops.like(query);
      ops.tape.release(
        ops.through(weights(CHUNK_SCORES_UNIT, CHUNK_UNIT, heads), () =>
          ops.tape.allocate(CHUNK_UNIT + unit, query.channels, width),
        ),
      );
      return result;
    }
  }
}
