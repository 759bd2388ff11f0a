import { FLOAT, type Layers } from '../layers.ts';
import { PROMPT_TOKENS, SQUARE_UNIT } from '../sampling-units.ts';
import type { Tensor } from '../../program/tape.ts';

/** Of all heads, one number each: with the keys of the same pixels, or with those of the prompt. */
export function scoresOf(
  unit: number,
  source: Tensor,
  heads: number,
): { readonly unit: number; readonly channels: number } {
  return source.unit === unit
    ? { unit: SQUARE_UNIT + unit, channels: heads }
    : { unit, channels: heads * PROMPT_TOKENS };
}

export interface Operands {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

export function projected(ops: Layers, x: Tensor, source: Tensor): Operands {
  return upcast(ops, {
    query: ops.linear(x, x.channels, false),
    key: ops.linear(source, x.channels, false),
    value: ops.linear(source, x.channels, false),
  });
}

/** All three are there in both widths for a moment. */
export function upcast(ops: Layers, operands: Operands): Operands {
  const { query, key, value } = operands;
  if (ops.precision.variant?.upcastsAttention !== true || query.width === FLOAT) return operands;
  const wide = { query: ops.cast(query, FLOAT), key: ops.cast(key, FLOAT), value: ops.cast(value, FLOAT) };
  ops.tape.release(query, key, value);
  return wide;
}

/**
 * As torch's scaled dot product attention takes them: autocast narrows them again, and the wide ones stay.
 * @param attend makes what attention gives.
 */
export function underAutocast(ops: Layers, operands: Operands, attend: (operands: Operands) => Tensor): Tensor {
  const { width, autocast } = ops.precision;
  if (!autocast || operands.query.width === width) return attend(operands);
  const [query, key, value] = [operands.query, operands.key, operands.value].map((y) => ops.cast(y, width));
  if (query === undefined || key === undefined || value === undefined) throw new Error('three operands');
  const result = attend({ query, key, value });
  ops.tape.release(query, key, value);
  return result;
}

/** The scale is a factor of the keys, before all else. */
export function withScaledKey(ops: Layers, { query, key, value }: Operands): Operands {
  return { query, key: ops.through(key, (y) => ops.pointwise(y)), value };
}

/** Copies in which heads come first, in place of the operands. */
export function byHeads(ops: Layers, operands: Operands): Operands {
  if (ops.isSingle) return operands;
  const { query, key, value } = operands;
  const copies = { query: ops.pointwise(query), key: ops.pointwise(key), value: ops.pointwise(value) };
  ops.tape.release(query, key, value);
  return copies;
}
