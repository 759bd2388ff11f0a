import { FLOAT, type Layers } from '../layers.ts';
import type { Tensor } from '../../program/tape.ts';
import { byHeads, projected, scoresOf } from './operands.ts';

/**
 * `attention_CrossAttention_forward` in A1111 1.10.1's hypernetwork.py, which runs where no optimisation is on. Softmax
 * answers in 32 bits under autocast.
 */
export function attendWhole(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { query, key, value } = byHeads(ops, projected(ops, x, source));
  const { unit, channels } = scoresOf(x.unit, source, heads);
  const scores = ops.through(tape.allocate(unit, channels, ops.precision.width), (y) => ops.pointwise(y));
  const weights = ops.like(scores, channels, ops.precision.autocast ? FLOAT : scores.width);
  const narrow = ops.cast(weights, ops.precision.width);
  const byHead = ops.like(query);
  if (narrow !== weights) tape.release(narrow);
  const hidden = ops.through(byHead, (y) => ops.pointwise(y));
  const result = ops.linear(hidden, x.channels);
  tape.release(query, key, value, scores, weights, hidden);
  return result;
}
