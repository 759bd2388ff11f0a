import type { Scores } from './attention.ts';
import { FLOAT, Layers, type Precision } from './layers.ts';
import { QUERIES_AT_A_TIME } from './sampling-units.ts';
import { Tape, type Program, type Tensor } from './tape.ts';

const CHANNELS = [128, 256, 512, 512] as const;
const LATENT_CHANNELS = 4;
/** Units: pixels of the picture and of each halving; of the smallest its square, queries at a time, and those times pixels; pixels of a batch of pictures. */
const LATENT_UNIT = CHANNELS.length - 1;
const SQUARE_UNIT = CHANNELS.length;
const CHUNK_UNIT = SQUARE_UNIT + 1;
const CHUNK_SCORES_UNIT = SQUARE_UNIT + 2;
const BATCH_PICTURE_UNIT = SQUARE_UNIT + 3;
const UNITS = BATCH_PICTURE_UNIT + 1;
/** The others find all they need in the cache. */
const TELLING_SLICES = 2;

/** Elements of each unit, for `decodeProgram` and `encodeProgram`. */
export function vaeElements(widthPx: number, heightPx: number, batch: number): number[] {
  const w = Math.floor(widthPx / 8) * 8;
  const h = Math.floor(heightPx / 8) * 8;
  const pixels = CHANNELS.map((_, level) => (w >> level) * (h >> level));
  const latent = pixels[LATENT_UNIT] ?? 0;
  const chunk = Math.min(QUERIES_AT_A_TIME, latent);
  return [...pixels, latent * latent, chunk, chunk * latent, batch * w * h];
}

/** One latent to one picture, which stays. */
export function decodeProgram(precision: Precision, scores: Scores): Program {
  const tape = new Tape(UNITS);
  const vae = new Autoencoder(tape, new Layers(tape, precision), scores);
  const latent = tape.allocate(LATENT_UNIT, LATENT_CHANNELS, precision.width);
  vae.decode(latent);
  tape.release(latent);
  return tape.program();
}

/**
 * Two pictures of a batch to their latents, one after the other. With memory to spare the first shows the peak, the others find all they need
 * in the cache; under a cap what the first leaves behind is in the second's way.
 */
export function encodeProgram(precision: Precision, scores: Scores): Program {
  const tape = new Tape(UNITS);
  const vae = new Autoencoder(tape, new Layers(tape, precision), scores);
  const pictures = tape.allocate(BATCH_PICTURE_UNIT, 3, precision.width);
  const first = vae.encode(pictures);
  tape.onceMore();
  tape.release(first, vae.encode(pictures), pictures);
  return tape.program();
}

/** The autoencoder that the model families share (Rombach et al. 2022, f = 8). */
class Autoencoder {
  readonly #tape: Tape;
  readonly #ops: Layers;
  readonly #scores: Scores;

  constructor(tape: Tape, ops: Layers, scores: Scores) {
    this.#tape = tape;
    this.#ops = ops;
    this.#scores = scores;
  }

  decode(latent: Tensor): Tensor {
    const ops = this.#ops;
    let h = ops.convolution(latent, LATENT_CHANNELS);
    h = ops.through(h, (y) => ops.convolution(y, CHANNELS[3]));
    h = ops.through(h, (y) => this.#bottom(y));
    for (let level = CHANNELS.length - 1; level >= 0; level -= 1) {
      for (let i = 0; i < 3; i += 1) h = ops.through(h, (y) => this.#residual(y, CHANNELS[level] ?? 0));
      if (level > 0) h = ops.through(h, (y) => ops.through(this.#tape.allocate(level - 1, y.channels, y.width), (z) => ops.convolution(z, z.channels)));
    }
    h = ops.through(ops.through(h, (y) => ops.norm(y)), (y) => ops.pointwise(y));
    return ops.through(h, (y) => ops.convolution(y, 3));
  }

  /** Every resolution's results are held to the end. */
  encode(image: Tensor): Tensor {
    const ops = this.#ops;
    let last = ops.convolution(image, CHANNELS[0], 0);
    const held = [last];
    const hold = (h: Tensor): void => {
      held.push(h);
      last = h;
    };
    CHANNELS.forEach((channels, level) => {
      for (let i = 0; i < 2; i += 1) hold(this.#residual(last, channels));
      if (level + 1 < CHANNELS.length) hold(ops.through(ops.pointwise(last), (padded) => ops.convolution(padded, channels, level + 1)));
    });
    let h = this.#bottom(last);
    h = ops.through(ops.through(h, (y) => ops.norm(y)), (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, 2 * LATENT_CHANNELS));
    const moments = ops.convolution(h, 2 * LATENT_CHANNELS);
    const latents = ops.like(moments, LATENT_CHANNELS);
    this.#tape.release(h, moments, ...held);
    return latents;
  }

  /** At the smallest resolution: a residual block, attention, a residual block. */
  #bottom(x: Tensor): Tensor {
    const ops = this.#ops;
    let h = this.#residual(x, x.channels);
    h = ops.through(h, (y) => this.#attention(y));
    return ops.through(h, (y) => this.#residual(y, y.channels));
  }

  #residual(x: Tensor, channels: number): Tensor {
    const ops = this.#ops;
    let h = ops.through(ops.norm(x), (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, channels));
    h = ops.through(h, (y) => ops.norm(y));
    h = ops.through(h, (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, channels));
    const skip = x.channels === channels ? x : ops.convolution(x, channels);
    const sum = ops.add(skip, h);
    this.#tape.release(h);
    if (skip !== x) this.#tape.release(skip);
    return sum;
  }

  #attention(x: Tensor): Tensor {
    const ops = this.#ops;
    if (this.#scores === 'slices') return this.#attentionInSlices(x);
    const normal = ops.norm(x);
    // Attention wants pixels before channels: copies.
    const projections = [ops.convolution(normal, x.channels), ops.convolution(normal, x.channels), ops.convolution(normal, x.channels)];
    const [query, key, value] = [ops.like(x, x.channels, ops.precision.width), ops.like(x, x.channels, ops.precision.width), ops.like(x, x.channels, ops.precision.width)];
    this.#tape.release(...projections);
    const hidden = this.#attend(query);
    const projected = ops.through(hidden, (y) => ops.convolution(y, x.channels));
    const sum = ops.add(x, projected);
    this.#tape.release(normal, query, key, value, projected);
    return sum;
  }

  #attend(query: Tensor): Tensor {
    const ops = this.#ops;
    if (this.#scores === 'fused') {
      const result = ops.like(query);
      this.#tape.release(this.#tape.allocate(query.unit, 1, FLOAT));
      return result;
    }
    if (this.#scores === 'chunks') {
      const result = ops.like(query);
      const weights = ops.through(this.#tape.allocate(CHUNK_SCORES_UNIT, 1, query.width), (y) => ops.pointwise(y));
      this.#tape.release(ops.through(weights, () => this.#tape.allocate(CHUNK_UNIT, query.channels, query.width)));
      return result;
    }
    // One head: two at a time are all.
    const weights = ops.through(this.#tape.allocate(SQUARE_UNIT, 1, query.width), (y) => ops.pointwise(y));
    return ops.through(weights, () => ops.like(query));
  }

  /** `cross_attention_attnblock_forward` in A1111 1.10.1's sd_hijack_optimizations.py, as PyTorch allocates it. */
  #attentionInSlices(x: Tensor): Tensor {
    const ops = this.#ops;
    const { tape } = ops;
    const { width } = ops.precision;
    const normal = ops.norm(x);
    const [query, key, value] = [ops.convolution(normal, x.channels), ops.convolution(normal, x.channels), ops.convolution(normal, x.channels)];
    const joined = ops.like(key);
    tape.release(normal);
    const slicing = tape.slice({ unit: SQUARE_UNIT, bytes: width, timesOver: 2.5, evenRowsUnit: LATENT_UNIT, mostSlices: Infinity });
    for (let i = 0; i < TELLING_SLICES; i += 1) {
      const scores = (): Tensor => tape.allocateSlice(SQUARE_UNIT, 1, width, slicing);
      const raw = scores();
      const scaled = scores();
      tape.release(raw);
      const weights = scores();
      tape.release(scaled);
      tape.release(tape.allocateSlice(LATENT_UNIT, x.channels, width, slicing), weights);
    }
    const result = ops.through(joined, (y) => ops.convolution(y, x.channels));
    tape.release(query, key, value);
    return result;
  }
}
