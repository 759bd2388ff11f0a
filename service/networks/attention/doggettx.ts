import { FLOAT, type Layers } from '../layers.ts';
import { SINGLE_UNIT } from '../sampling-units.ts';
import { byHeads, projected, scoresOf, withScaledKey } from './operands.ts';
import type { Tensor } from '../../program/tape.ts';

const MOST_SLICES = 64;
/** The last slice may be smaller, and finds all it needs in the cache. */
const TELLING_SLICES = 2;

/**
 * What Doggettx's attention gives, from its input and what it attends to: `split_cross_attention_forward` in A1111
 * 1.10.1's sd_hijack_optimizations.py, as PyTorch allocates it. Queries, keys and values are copied so that heads come
 * first.
 */
export function attendInSlices(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { unit, channels } = x;
  const { query, key, value } = byHeads(ops, withScaledKey(ops, projected(ops, x, source)));
  const { width } = query;
  const joined = ops.like(x, channels, width);
  const { unit: scoresUnit, channels: scoresChannels } = scoresOf(unit, source, heads);
  const slicing = tape.slice({
    unit: scoresUnit,
    bytes: scoresChannels * width,
    timesOver: width === FLOAT ? 2.5 : 3,
    of: 'rows',
    rowsUnit: SINGLE_UNIT + unit,
    evenly: false,
    mostSlices: MOST_SLICES,
  });
  for (let i = 0; i < TELLING_SLICES; i += 1) {
    const slice = (of: number, many: number): Tensor => tape.allocateSlice(of, many, width, slicing);
    const raw = slice(scoresUnit, scoresChannels);
    const weights = slice(scoresUnit, scoresChannels);
    tape.release(raw);
    tape.release(slice(unit, channels), weights);
  }
  tape.release(query, key, value);
  const narrow = ops.through(joined, (y) => ops.cast(y, ops.precision.width));
  return ops.through(
    ops.through(narrow, (y) => ops.pointwise(y)),
    (y) => ops.linear(y, channels),
  );
}
