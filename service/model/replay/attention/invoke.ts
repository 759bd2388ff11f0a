import type { Layers } from '../layers.ts';
import type { Tensor } from '../tape.ts';
import { projected, scoresOf } from './operands.ts';

/** Of the memory that is free one slice's scores may take this part. */
const TIMES_OVER = 3.3;
/** The others find all they need in the cache. */
const TELLING_SLICES = 2;

/**
 * `split_cross_attention_forward_invokeAI` of A1111 1.10.1, as PyTorch allocates it. Where all fits in one piece the
 * result is allocated last, here always first: next to the scores that is nothing.
 */
export function attendInSlicesOfHeads(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { width } = ops.precision;
  const { query, key, value } = projected(ops, x, source);
  const scaledKey = ops.through(key, (y) => ops.pointwise(y));
  const copies = [query, scaledKey, value].map((y) => ops.pointwise(y));
  tape.release(query, scaledKey, value);
  const joined = ops.like(x, x.channels, width);
  const { unit, channels } = scoresOf(x.unit, source, heads);
  const slicing = tape.slice({
    unit,
    bytes: channels * width,
    timesOver: TIMES_OVER,
    evenRowsUnit: null,
    mostSlices: Infinity,
  });
  for (let i = 0; i < TELLING_SLICES; i += 1) {
    const raw = tape.allocateSlice(unit, channels, width, slicing);
    const weights = tape.allocateSlice(unit, channels, width, slicing);
    tape.release(raw);
    const part = tape.allocateSlice(x.unit, x.channels, width, slicing);
    tape.release(weights, part);
  }
  const hidden = ops.pointwise(joined);
  const result = ops.linear(hidden, x.channels);
  tape.release(hidden, ...copies, joined);
  return result;
}
