import type { Layers } from '../layers.ts';
import { EMBEDDING_UNIT, SINGLE_UNIT } from '../sampling-units.ts';
import type { Tensor } from '../../program/tape.ts';
import { byHeads, projected, scoresOf, withScaledKey } from './operands.ts';

/** Of the memory that is free one slice's scores may take this part. */
const TIMES_OVER = 3.3;
/** The others find all they need in the cache. */
const TELLING_SLICES = 2;

/**
 * `split_cross_attention_forward_invokeAI` of A1111 1.10.1, as PyTorch allocates it. The result is allocated before the
 * slices, or where all fits in one piece is that piece.
 */
export function attendInSlicesOfHeads(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { width } = ops.precision;
  const { query, key, value } = byHeads(ops, withScaledKey(ops, projected(ops, x, source)));
  const { unit, channels } = scoresOf(x.unit, source, heads);
  const slicing = tape.slice({
    unit,
    bytes: channels * width,
    timesOver: TIMES_OVER,
    of: 'heads',
    heads,
    picturesUnit: EMBEDDING_UNIT,
    rowsUnit: SINGLE_UNIT + x.unit,
  });
  const joined = tape.allocateWhole(x.unit, x.channels, width, slicing, 'sliced');
  const raw = tape.allocateSlice(unit, channels, width, slicing);
  const weights = tape.allocateSlice(unit, channels, width, slicing);
  tape.release(raw);
  const all = tape.allocateWhole(x.unit, x.channels, width, slicing, 'whole');
  const part = tape.allocateSlice(x.unit, x.channels, width, slicing, 'sliced');
  tape.release(weights, part);
  for (let i = 1; i < TELLING_SLICES; i += 1) {
    const next = (of: number, many: number): Tensor => tape.allocateSlice(of, many, width, slicing, 'sliced');
    const nextRaw = next(unit, channels);
    const nextWeights = next(unit, channels);
    tape.release(nextRaw);
    tape.release(nextWeights, next(x.unit, x.channels));
  }
  const hidden = ops.like(x, x.channels, width);
  const result = ops.linear(hidden, x.channels);
  tape.release(hidden, query, key, value, joined, all);
  return result;
}
