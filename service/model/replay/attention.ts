import { FLOAT, type Layers } from './layers.ts';
import { CHUNK_SCORES_UNIT, CHUNK_UNIT, PROMPT_TOKENS, SINGLE_SQUARE_UNIT, SQUARE_UNIT } from './sampling-units.ts';
import type { Tensor } from './tape.ts';

/**
 * What attention keeps of its score matrices, and of their softmax: nothing, those of all heads at once, those of two heads at a time,
 * of all heads for 1024 queries at a time, or for as many queries as fit the memory that is free (Doggettx).
 */
export type Scores = 'fused' | 'whole' | 'pairs' | 'chunks' | 'slices';

/** What attention gives, from its queries; `toItself`: with the keys of the same pixels rather than those of the prompt. */
export function attend(ops: Layers, scores: Exclude<Scores, 'slices'>, query: Tensor, toItself: boolean, heads: number): Tensor {
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

const MOST_SLICES = 64;
/** The last slice may be smaller, and finds all it needs in the cache. */
const TELLING_SLICES = 2;

/**
 * What Doggettx's attention gives, from its input and what it attends to: `split_cross_attention_forward` in A1111 1.10.1's
 * sd_hijack_optimizations.py, as PyTorch allocates it. Queries, keys and values are copied so that heads come first.
 */
export function attendInSlices(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { unit, channels } = x;
  const { width } = ops.precision;
  const query = ops.convolution(x, channels);
  const keys = ops.convolution(source, channels);
  const values = ops.convolution(source, channels);
  const scaledKeys = ops.through(keys, (y) => ops.pointwise(y));
  const byHeads = [query, scaledKeys, values].map((y) => ops.pointwise(y));
  tape.release(query, scaledKeys, values);
  const joined = ops.like(x, channels, width);
  const [scoresUnit, scoresChannels] = source.unit === unit ? [SQUARE_UNIT + unit, heads] : [unit, heads * PROMPT_TOKENS];
  const slicing = tape.slice({ unit: scoresUnit, bytes: scoresChannels * width, timesOver: width === FLOAT ? 2.5 : 3, evenRowsUnit: null, mostSlices: MOST_SLICES });
  for (let i = 0; i < TELLING_SLICES; i += 1) {
    const slice = (of: number, many: number): Tensor => tape.allocateSlice(of, many, width, slicing);
    const raw = slice(scoresUnit, scoresChannels);
    const weights = slice(scoresUnit, scoresChannels);
    tape.release(raw);
    tape.release(slice(unit, channels), weights);
  }
  tape.release(...byHeads);
  return ops.through(joined, (y) => ops.pointwise(y));
}
