import { FLOAT, type Layers } from '../layers.ts';
import { PROMPT_TOKENS, SINGLE_SQUARE_UNIT, SINGLE_UNIT } from '../sampling-units.ts';
import type { Tensor } from '../../program/tape.ts';
import { byHeads, projected } from './operands.ts';

/** Heads that are done at once. */
const AT_ONCE = 2;
/** The others find all they need in the cache. */
const TELLING_PAIRS = 2;

/**
 * `split_cross_attention_forward_v1` of A1111 1.10.1, as PyTorch allocates it. Softmax answers in 32 bits under
 * autocast.
 */
export function attendInPairs(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { width, autocast } = ops.precision;
  const { query, key, value } = byHeads(ops, projected(ops, x, source));
  const joined = ops.like(query);
  const toItself = source.unit === x.unit;
  const pair = (bytes: number): Tensor => {
    if (toItself) return tape.allocate(SINGLE_SQUARE_UNIT + x.unit, AT_ONCE, bytes);
    return tape.allocate(SINGLE_UNIT + x.unit, AT_ONCE * PROMPT_TOKENS, bytes);
  };
  for (let i = 0; i < TELLING_PAIRS; i += 1) {
    const weights = ops.through(pair(width), () => pair(autocast ? FLOAT : width));
    const narrow = weights.width === width ? weights : pair(width);
    const part = tape.allocate(SINGLE_UNIT + x.unit, (AT_ONCE * x.channels) / heads, width);
    if (narrow !== weights) tape.release(narrow);
    tape.release(part, weights);
  }
  tape.release(query, key, value);
  const hidden = ops.through(joined, (y) => ops.pointwise(y));
  return ops.through(hidden, (y) => ops.linear(y, x.channels));
}
