import { FLOAT, type Layers } from '../layers.ts';
import type { Tensor } from '../../program/tape.ts';
import { CHUNK_SCORES_UNIT, CHUNK_UNIT, SQUARE_UNIT } from '../vae-units.ts';
import type { Scores } from './scores.ts';

/** The autoencoder's attention as it shows where networks are traced without a card, as `attendTraced`. */
export function attendInVaeTraced(ops: Layers, scores: Scores, x: Tensor): Tensor {
  const { tape } = ops;
  const normal = ops.norm(x);
  // Attention wants pixels before channels: copies.
  const projections = [
    ops.convolution(normal, x.channels),
    ops.convolution(normal, x.channels),
    ops.convolution(normal, x.channels),
  ];
  const [query, key, value] = [
    ops.like(x, x.channels, ops.precision.width),
    ops.like(x, x.channels, ops.precision.width),
    ops.like(x, x.channels, ops.precision.width),
  ];
  tape.release(...projections);
  const hidden = attend(ops, scores, query);
  const projected = ops.through(hidden, (y) => ops.convolution(y, x.channels));
  const sum = ops.add(x, projected);
  tape.release(normal, query, key, value, projected);
  return sum;
}

function attend(ops: Layers, scores: Scores, query: Tensor): Tensor {
  const { tape } = ops;
  if (scores === 'fused') {
    const result = ops.like(query);
    tape.release(tape.allocate(query.unit, 1, FLOAT));
    return result;
  }
  if (scores === 'chunks') {
    const result = ops.like(query);
    const weights = ops.through(tape.allocate(CHUNK_SCORES_UNIT, 1, query.width), (y) => ops.pointwise(y));
    tape.release(ops.through(weights, () => tape.allocate(CHUNK_UNIT, query.channels, query.width)));
    return result;
  }
  // One head: two at a time are all.
  const weights = ops.through(tape.allocate(SQUARE_UNIT, 1, query.width), (y) => ops.pointwise(y));
  return ops.through(weights, () => ops.like(query));
}
