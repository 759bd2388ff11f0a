import { at } from '../base/at.ts';
import type { Scores } from './attention/scores.ts';
import { attendInVae } from './attention/vae.ts';
import type { Kernels } from '../program/kernels.ts';
import { FLOAT, Layers, type Precision } from './layers.ts';
import type { Program } from '../program/program.ts';
import { Tape, type Tensor } from '../program/tape.ts';
import {
  BATCH_PICTURE_UNIT,
  CHANNELS,
  HELD_PICTURE_UNIT,
  LATENT_UNIT,
  ONE_PICTURE_UNIT,
  PADDED_UNIT,
  UNITS,
} from './vae-units.ts';

const LATENT_CHANNELS = 4;

/**
 * Whose code the autoencoder is in. ldm's (and sgm's) encoder keeps all its results, its decoder none. In diffusers
 * both hold what a level begins with until its end, for the frame that calls it still names it (`Encoder.forward` and
 * `Decoder.forward`, of their blocks).
 */
export type AutoencoderCode = 'ldm' | 'diffusers';

/**
 * One latent to one picture, which goes to the host (the traced tables keep it), and on a card the next of the batch,
 * as `encodeProgram` encodes two.
 */
export function decodeProgram(
  precision: Precision,
  scores: Scores,
  kernels: Pick<Kernels, 'tracksOrder' | 'sdpa'>,
  code: AutoencoderCode = 'ldm',
): Program {
  const tape = new Tape(UNITS);
  const vae = new Autoencoder(tape, new Layers(tape, precision, kernels), scores, code);
  if (kernels.tracksOrder) tape.allocate(HELD_PICTURE_UNIT, 3, precision.width);
  const latent = tape.allocate(LATENT_UNIT, LATENT_CHANNELS, precision.width);
  const picture = vae.decode(latent);
  if (kernels.tracksOrder) {
    tape.release(picture);
    tape.onceMore();
    tape.release(vae.decode(latent));
    tape.endsOnceMore();
  }
  tape.release(latent);
  return tape.program();
}

/**
 * Two pictures of a batch to their latents, one after the other. With memory to spare the first shows the peak, the
 * others find all they need in the cache; under a cap what the first leaves behind is in the second's way.
 */
export function encodeProgram(
  precision: Precision,
  scores: Scores,
  kernels: Pick<Kernels, 'tracksOrder' | 'sdpa'>,
  code: AutoencoderCode = 'ldm',
): Program {
  const tape = new Tape(UNITS);
  const vae = new Autoencoder(tape, new Layers(tape, precision, kernels), scores, code);
  const held = kernels.tracksOrder ? [tape.allocate(HELD_PICTURE_UNIT, 3, precision.width)] : [];
  // Twice the pictures, of which 1 is taken away: what that leaves free is in the way of larger tensors.
  const doubled = kernels.tracksOrder ? [tape.allocate(BATCH_PICTURE_UNIT, 3, precision.width)] : [];
  const pictures = tape.allocate(BATCH_PICTURE_UNIT, 3, precision.width);
  tape.release(...doubled);
  encodeEach(tape, vae, pictures);
  tape.release(pictures, ...held);
  return tape.program();
}

function encodeEach(tape: Tape, vae: Autoencoder, pictures: Tensor): void {
  tape.needsWeights();
  const one = { ...pictures, unit: 0 };
  const first = vae.encode(one);
  tape.onceMore();
  const second = vae.encode(one);
  tape.endsOnceMore(second);
  tape.release(first);
}

type Kernel = Pick<Kernels, 'tracksOrder' | 'sdpa'>;

/**
 * As many grey pictures as the batch has, made in 32 bits, for an inpainting checkpoint: nothing of them is to be kept
 * (`txt2img_image_conditioning` of A1111's processing.py).
 */
export function encodeBlankProgram(precision: Precision, scores: Scores, kernels: Kernel): Program {
  const tape = new Tape(UNITS);
  const vae = new Autoencoder(tape, new Layers(tape, precision, kernels), scores, 'ldm');
  const pictures = (width: number): Tensor => tape.allocate(BATCH_PICTURE_UNIT, 3, width);
  const ones = pictures(FLOAT);
  const grey = pictures(FLOAT);
  tape.release(ones);
  const narrow = precision.width === FLOAT ? [] : [pictures(precision.width)];
  const doubled = pictures(precision.width);
  const given = pictures(precision.width);
  tape.release(doubled, ...narrow);
  encodeEach(tape, vae, given);
  tape.release(given, grey);
  return tape.program();
}

/**
 * All pictures at once, with what is masked taken away (`inpainting_image_conditioning`). Those that are held have been
 * made into others, from -1 to 1, where they are not masked themselves.
 */
export function encodeMaskedProgram(precision: Precision, scores: Scores, kernels: Kernel): Program {
  const tape = new Tape(UNITS);
  const { width } = precision;
  const vae = new Autoencoder(tape, new Layers(tape, precision, kernels), scores, 'ldm');
  const pictures = (unit = BATCH_PICTURE_UNIT): Tensor => tape.allocate(unit, 3, width);
  const held = pictures(HELD_PICTURE_UNIT);
  const doubled = pictures(HELD_PICTURE_UNIT);
  const source = pictures();
  tape.release(doubled);
  const mask = tape.allocate(ONE_PICTURE_UNIT, 1, width);
  const inverse = tape.allocate(ONE_PICTURE_UNIT, 1, width);
  const kept = pictures();
  tape.release(inverse);
  const masked = pictures();
  tape.release(kept);
  tape.needsWeights();
  tape.release(vae.encode({ ...masked, unit: 0 }), masked, mask, source, held);
  return tape.program();
}

/** The autoencoder that the model families share (Rombach et al. 2022, f = 8). */
class Autoencoder {
  readonly #tape: Tape;
  readonly #ops: Layers;
  readonly #scores: Scores;
  readonly #code: AutoencoderCode;

  constructor(tape: Tape, ops: Layers, scores: Scores, code: AutoencoderCode) {
    this.#tape = tape;
    this.#ops = ops;
    this.#scores = scores;
    this.#code = code;
  }

  decode(latent: Tensor): Tensor {
    const ops = this.#ops;
    let h = ops.convolution(latent, LATENT_CHANNELS, { kernel: 1 });
    h = ops.through(h, (y) => ops.convolution(y, CHANNELS[3]));
    h = this.#bottom(ops.through(h, (y) => this.#residual(y, y.channels)));
    for (let level = CHANNELS.length - 1; level >= 0; level -= 1)
      h = this.#level(h, [
        ...Array.from({ length: 3 }, () => (y: Tensor) => this.#residual(y, at(CHANNELS, level))),
        ...(level > 0 ? [(y: Tensor) => this.#doubled(y, level - 1)] : []),
      ]);
    h = ops.through(
      ops.through(h, (y) => ops.norm(y)),
      (y) => ops.pointwise(y),
    );
    return ops.through(h, (y) => ops.convolution(y, 3));
  }

  encode(image: Tensor): Tensor {
    const ops = this.#ops;
    let last = ops.convolution(image, CHANNELS[0]);
    const held = [last];
    CHANNELS.forEach((channels, level) => {
      const operations = Array.from({ length: 2 }, () => (y: Tensor) => this.#residual(y, channels));
      if (level + 1 < CHANNELS.length)
        operations.push((y) =>
          ops.through(this.#padded(y), (padded) => ops.convolution(padded, channels, { unit: level + 1 })),
        );
      if (this.#code === 'diffusers') {
        last = this.#level(last, operations);
        held.splice(0, held.length, last);
      } else
        for (const operation of operations) {
          last = operation(last);
          held.push(last);
        }
    });
    let h = this.#bottom(this.#residual(last, last.channels));
    h = ops.through(
      ops.through(h, (y) => ops.norm(y)),
      (y) => ops.pointwise(y),
    );
    h = ops.through(h, (y) => ops.convolution(y, 2 * LATENT_CHANNELS));
    this.#tape.release(...held.reverse());
    const moments = ops.through(h, (y) => ops.convolution(y, 2 * LATENT_CHANNELS, { kernel: 1 }));
    return ops.through(moments, (y) => ops.like(y, LATENT_CHANNELS));
  }

  /** One operation after the other on what a level begins with. */
  #level(beginning: Tensor, operations: readonly ((x: Tensor) => Tensor)[]): Tensor {
    let h = beginning;
    for (const operation of operations)
      h = h === beginning && this.#code === 'diffusers' ? operation(h) : this.#ops.through(h, operation);
    if (this.#code === 'diffusers') this.#tape.release(beginning);
    return h;
  }

  #doubled(x: Tensor, level: number): Tensor {
    const larger = this.#tape.allocate(level, x.channels, x.width);
    return this.#ops.through(larger, (y) => this.#ops.convolution(y, y.channels));
  }

  /** By a row and a column. */
  #padded(x: Tensor): Tensor {
    return this.#ops.kernels.tracksOrder
      ? this.#tape.allocate(PADDED_UNIT + x.unit, x.channels, x.width)
      : this.#ops.pointwise(x);
  }

  /** At the smallest resolution: attention, a residual block. */
  #bottom(x: Tensor): Tensor {
    const attended = this.#ops.through(x, (y) => attendInVae(this.#ops, this.#scores, y));
    return this.#ops.through(attended, (y) => this.#residual(y, y.channels));
  }

  #residual(x: Tensor, channels: number): Tensor {
    const ops = this.#ops;
    let h = ops.through(ops.norm(x), (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, channels));
    h = ops.through(h, (y) => ops.norm(y));
    h = ops.through(h, (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, channels));
    const skip = x.channels === channels ? x : ops.convolution(x, channels, { kernel: 1 });
    const sum = ops.add(skip, h);
    // diffusers divides it by a factor, which is 1 here.
    const result = this.#code === 'diffusers' ? ops.through(sum, (y) => ops.pointwise(y)) : sum;
    this.#tape.release(h);
    if (skip !== x) this.#tape.release(skip);
    return result;
  }
}
