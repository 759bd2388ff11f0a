/**
 * The autoencoder's attention: one head over all latents of a picture, in A1111 1.10.1's sd_hijack_optimizations.py by
 * the optimisation that is on.
 */
import { FLOAT, type Layers } from '../layers.ts';
import type { Tensor } from '../../program/tape.ts';
import { underAutocast, upcast } from './operands.ts';
import { CHUNKED_UNIT, CHUNK_SCORES_UNIT, CHUNK_UNIT, LATENT_UNIT, ROWS_UNIT, SQUARE_UNIT } from '../vae-units.ts';
import type { Scores } from './scores.ts';
import { attendInVaeTraced } from './vae-traced.ts';

/** The others find all they need in the cache. */
const TELLING_SLICES = 2;

type Attend = (ops: Layers, x: Tensor) => Tensor;

const ATTEND: Readonly<Record<Scores, Attend>> = {
  fused: attendBySdp,
  xformers: attendByXformers,
  whole: attendWhole,
  pairs: attendWhole,
  'slices-of-heads': attendWhole,
  chunks: attendInChunks,
  slices: attendInSlices,
};

/** What attention gives, from its input, which it is added to. */
export function attendInVae(ops: Layers, scores: Scores, x: Tensor): Tensor {
  return ops.kernels.tracksOrder || scores === 'slices' ? ATTEND[scores](ops, x) : attendInVaeTraced(ops, scores, x);
}

interface Operands {
  readonly normal: Tensor;
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

function projected(ops: Layers, x: Tensor): Operands {
  const normal = ops.norm(x);
  const project = (): Tensor => ops.convolution(normal, x.channels, { kernel: 1 });
  return { normal, query: project(), key: project(), value: project() };
}

/** Copies with pixels before channels, in place of the operands. */
function inPixelOrder(ops: Layers, { query, key, value, normal }: Operands): Operands {
  const copy = (y: Tensor): Tensor => ops.through(y, (z) => ops.like(z, z.channels, z.width, true));
  return { normal, query: copy(query), key: copy(key), value: copy(value) };
}

/** Convolved in the other order: cuDNN is given a copy. Then added to the input. */
function projectedBack(ops: Layers, x: Tensor, hidden: Tensor, { normal, query, key, value }: Operands): Tensor {
  const planar = ops.like(hidden, hidden.channels, hidden.width, false);
  const out = ops.convolution(planar, x.channels, { kernel: 1 });
  ops.tape.release(planar, hidden);
  const sum = ops.add(x, out);
  ops.tape.release(normal, query, key, value, out);
  return sum;
}

/**
 * Given three dimensions, torch's scaled dot product attention takes no fused kernel but the formula, with all scores
 * at once.
 */
function attendBySdp(ops: Layers, x: Tensor): Tensor {
  const { tape } = ops;
  const { normal, ...own } = projected(ops, x);
  const operands = inPixelOrder(ops, { normal, ...upcast(ops, own) });
  const hidden = underAutocast(ops, operands, ({ query, key }) => {
    const scaledQuery = ops.pointwise(query);
    const scaledKey = ops.pointwise(key);
    const scores = tape.allocate(SQUARE_UNIT, 1, query.width);
    tape.release(scaledKey);
    const weights = ops.through(scores, (y) => ops.pointwise(y));
    const result = ops.like(query);
    tape.release(scaledQuery, weights);
    return result;
  });
  const narrow = ops.through(hidden, (y) => ops.cast(y, x.width));
  return projectedBack(ops, x, narrow, operands);
}

/** By xformers' memory-efficient kernel, with an accumulator in 32 bits: flash takes no heads of this size. */
function attendByXformers(ops: Layers, x: Tensor): Tensor {
  const { normal, query, key, value } = projected(ops, x);
  const copies = [query, key, value].map((y) => ops.like(y, y.channels, y.width, true));
  ops.tape.release(query, key, value);
  const [ownQuery = query, ownKey = key, ownValue = value] = copies;
  const hidden = ops.like(ownQuery);
  ops.tape.passing([{ unit: x.unit, bytes: x.channels * FLOAT }]);
  return projectedBack(ops, x, hidden, { normal, query: ownQuery, key: ownKey, value: ownValue });
}

/** `AttnBlock.forward` of the model's own code: V1 and InvokeAI leave it as it is. */
function attendWhole(ops: Layers, x: Tensor): Tensor {
  const { tape } = ops;
  const { width, autocast } = ops.precision;
  const { normal, query, key, value } = projected(ops, x);
  const scaled = ops.through(tape.allocate(SQUARE_UNIT, 1, width), (y) => ops.pointwise(y));
  const weights = ops.through(scaled, (y) => ops.like(y, 1, autocast ? FLOAT : width));
  const narrow = ops.cast(weights, width);
  const hidden = ops.like(query);
  if (narrow !== weights) tape.release(narrow);
  tape.release(normal);
  const out = ops.through(hidden, (y) => ops.convolution(y, x.channels, { kernel: 1 }));
  const sum = ops.add(x, out);
  tape.release(out, query, key, value, weights);
  return sum;
}

function attendInChunks(ops: Layers, x: Tensor): Tensor {
  const { tape } = ops;
  const { width, autocast } = ops.precision;
  const operands = inPixelOrder(ops, projected(ops, x));
  const all = tape.allocate(CHUNKED_UNIT, x.channels, width, true);
  let last: Tensor | null = null;
  for (let i = 0; i < TELLING_SLICES; i += 1) {
    const weights = ops.through(tape.allocate(CHUNK_SCORES_UNIT, 1, width), () =>
      tape.allocate(CHUNK_SCORES_UNIT, 1, autocast ? FLOAT : width),
    );
    const casts = autocast
      ? [
          ops.like(operands.value, x.channels, FLOAT),
          ops.like(operands.value),
          tape.allocate(CHUNK_SCORES_UNIT, 1, width),
        ]
      : [];
    const part = tape.allocate(CHUNK_UNIT, x.channels, width, true);
    tape.release(...casts.reverse(), weights, ...(last === null ? [] : [last]));
    last = part;
  }
  if (last !== null) tape.release(last);
  return projectedBack(ops, x, all, operands);
}

/** `cross_attention_attnblock_forward`: Doggettx's. */
function attendInSlices(ops: Layers, x: Tensor): Tensor {
  const { tape } = ops;
  const { width } = ops.precision;
  const { normal, query, key, value } = projected(ops, x);
  const joined = ops.like(key);
  tape.release(normal);
  const slicing = tape.slice({
    unit: SQUARE_UNIT,
    bytes: width,
    timesOver: 2.5,
    of: 'rows',
    rowsUnit: ROWS_UNIT,
    evenly: true,
    mostSlices: Infinity,
  });
  for (let i = 0; i < TELLING_SLICES; i += 1) {
    const scores = (): Tensor => tape.allocateSlice(SQUARE_UNIT, 1, width, slicing);
    const raw = scores();
    const scaled = scores();
    tape.release(raw);
    const weights = scores();
    tape.release(scaled);
    tape.release(tape.allocateSlice(LATENT_UNIT, x.channels, width, slicing), weights);
  }
  const result = ops.through(joined, (y) => ops.convolution(y, x.channels, { kernel: 1 }));
  tape.release(query, key, value);
  return result;
}
