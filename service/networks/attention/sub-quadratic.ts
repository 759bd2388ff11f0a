import { FLOAT, type Layers } from '../layers.ts';
import { CHUNKED_UNIT, CHUNK_SCORES_UNIT, CHUNK_UNIT, PROMPT_TOKENS } from '../sampling-units.ts';
import type { Tensor } from '../../program/tape.ts';
import { projected, type Operands } from './operands.ts';

/** The others find all they need in the cache. */
const TELLING_CHUNKS = 2;

/**
 * `sub_quad_attention_forward` of A1111 1.10.1, as PyTorch allocates it, keys in one piece. Softmax answers in 32 bits
 * under autocast.
 */
export function attendInChunks(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { tape } = ops;
  const { width, autocast } = ops.precision;
  const { query, key, value } = operands(ops, x, source);
  const toItself = source.unit === x.unit;
  const all = tape.allocate(CHUNKED_UNIT + x.unit, x.channels, width);
  const scores = (bytes: number): Tensor =>
    toItself
      ? tape.allocate(CHUNK_SCORES_UNIT + x.unit, heads, bytes)
      : tape.allocate(CHUNK_UNIT + x.unit, heads * PROMPT_TOKENS, bytes);
  let last: Tensor | null = null;
  for (let i = 0; i < TELLING_CHUNKS; i += 1) {
    const weights = ops.through(scores(width), () => scores(autocast ? FLOAT : width));
    const casts = autocast
      ? [ops.like(value, x.channels, FLOAT), ops.like(value, x.channels, width), scores(width)]
      : [];
    const part = tape.allocate(CHUNK_UNIT + x.unit, x.channels, width);
    tape.release(...casts.reverse(), weights, ...(last === null ? [] : [last]));
    last = part;
  }
  const hidden = ops.like(x, x.channels, width);
  if (last !== null) tape.release(last);
  tape.release(all);
  const result = ops.linear(hidden, x.channels);
  tape.release(hidden, query, key, value);
  return result;
}

/** Copied in which heads come first, each in place of its own. */
function operands(ops: Layers, x: Tensor, source: Tensor): Operands {
  const all = projected(ops, x, source);
  if (ops.isSingle) return all;
  const copied = (y: Tensor): Tensor => ops.through(y, (z) => ops.pointwise(z));
  return { query: copied(all.query), key: copied(all.key), value: copied(all.value) };
}
