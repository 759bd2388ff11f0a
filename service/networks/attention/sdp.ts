import { FLOAT, type Layers } from '../layers.ts';
import { EMBEDDING_UNIT, SINGLE_UNIT } from '../sampling-units.ts';
import type { Size } from '../../program/program.ts';
import type { Tensor } from '../../program/tape.ts';
import { projected, underAutocast } from './operands.ts';

/** torch 2.1's flash kernel takes heads up to this size, others larger ones too. */
const FLASH_HEAD_CHANNELS = 128;
/** torch 2.1 (sdp_utils.cpp) prefers flash where batch times heads is more than 60; seen at 64. */
const FLASH_FROM = 60;
/** Flash of torch 2.1 takes so many keys at a time: where they are all of them it sums nothing up in an accumulator. */
const keysAtATime = (headChannels: number): number => (headChannels > 64 ? 128 : 256);

/** `scaled_dot_product_attention_forward` of A1111 1.10.1, as PyTorch allocates it. */
export function attendFused(ops: Layers, x: Tensor, source: Tensor, heads: number): Tensor {
  const { query, key, value } = projected(ops, x, source);
  const hidden = underAutocast(ops, { query, key, value }, (own) => {
    const result = ops.like(own.query);
    kernelsPieces(ops, own.query, source.unit === x.unit, heads);
    return result;
  });
  const narrow = ops.through(hidden, (y) => ops.cast(y, ops.precision.width));
  const result = ops.linear(narrow, x.channels);
  ops.tape.release(narrow, query, key, value);
  return result;
}

/** What torch's kernel takes beside its result: an accumulator in 32 bits, each row's logarithm of its sum. */
function kernelsPieces({ tape, kernels }: Layers, query: Tensor, toItself: boolean, heads: number): void {
  const headChannels = query.channels / heads;
  const accumulator = (unit: number): Size => ({ unit, bytes: query.channels * FLOAT });
  const sums = (unit: number): Size => ({ unit, bytes: heads * FLOAT });
  if (kernels.sdpa === 'flash') tape.passing([sums(query.unit)]);
  else if (headChannels > FLASH_HEAD_CHANNELS) tape.passing([accumulator(query.unit)]);
  else if (kernels.sdpa === 'flash-if-many') {
    const unit = tape.onlyFrom(query.unit, EMBEDDING_UNIT, Math.ceil(FLASH_FROM / heads));
    const inTurns = tape.onlyFrom(unit, SINGLE_UNIT + query.unit, keysAtATime(headChannels) + 1);
    const pieces = [...(toItself ? [accumulator(inTurns)] : []), sums(unit)].map((size) =>
      tape.allocate(size.unit, size.bytes, 1),
    );
    tape.release(...pieces);
  }
}
