import { FLOAT, type Layers } from '../layers.ts';
import type { Tensor } from '../../program/tape.ts';
import { projected } from './operands.ts';

/**
 * `xformers_attention_forward` of A1111 1.10.1 with xformers' flash kernel, as PyTorch allocates it: each row's
 * logarithm of its sum beside the result.
 */
export function attendByXformers(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { query, key, value } = projected(ops, x, source);
  const hidden = ops.like(query);
  ops.tape.passing([{ unit: query.unit, bytes: heads * FLOAT }]);
  const narrow = ops.through(hidden, (y) => ops.cast(y, ops.precision.width));
  const result = ops.linear(narrow, x.channels);
  ops.tape.release(query, key, value, narrow);
  return result;
}
