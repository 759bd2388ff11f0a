import { at } from '../base/at.ts';
import { attend } from './attention/attend.ts';
import type { Scores } from './attention/scores.ts';
import type { Kernels } from '../program/kernels.ts';
import { Layers, type Precision } from './layers.ts';
import { DOUBLED_UNIT, EMBEDDING_UNIT, RESIZED_UNIT } from './sampling-units.ts';
import type { Tape, Tensor } from '../program/tape.ts';
import type { UNetShape } from './unet-shape.ts';
import type { Mover } from './mover.ts';
import { unetWeights, type Tensors } from './weights.ts';

export interface UNetOptions {
  readonly shape: UNetShape;
  readonly precision: Precision;
  readonly scores: Scores;
  readonly kernels: Pick<Kernels, 'tracksOrder' | 'sdpa'>;
  /** Most blocks of a transformer that are written down. */
  readonly mostBlocks: number;
  /** Transformers copy their input into another order of its dimensions, rather than look at it in another order. */
  readonly copies: boolean;
  /** Its blocks are on the card one at a time (--lowvram). */
  readonly movesBlocks: boolean;
  /** One picture is evaluated at a time. */
  readonly isSingle: boolean;
}

const CHANNELS = 320;
export const LATENT_CHANNELS = 4;
/** Repeated blocks of a transformer find all they need in the cache. */
export const TELLING_DEPTH = 2;
/**
 * One evaluation of the network, after Rombach et al. ("High-Resolution Image Synthesis with Latent Diffusion Models",
 * 2022).
 */
export class UNet {
  readonly #tape: Tape;
  readonly #ops: Layers;
  readonly #shape: UNetShape;
  readonly #options: UNetOptions;
  readonly #mover: Mover | null;

  constructor(tape: Tape, options: UNetOptions, mover: Mover | null) {
    this.#tape = tape;
    this.#ops = new Layers(tape, options.precision, options.kernels, options.isSingle);
    this.#shape = options.shape;
    this.#options = options;
    this.#mover = mover;
  }

  /** @param isOwn nobody needs the input afterwards. */
  evaluate(x: Tensor, context: Tensor, isOwn = false): Tensor {
    const ops = this.#ops;
    const levels = this.#shape.multipliers.length;
    const weights = unetWeights(this.#shape);
    const [down, up] = [weights.down.values(), weights.up.values()];
    this.#move(weights.timeEmbedding);
    const embedding = this.#tape.allocate(EMBEDDING_UNIT, CHANNELS * 4, this.#options.precision.width, true);
    const skips: Tensor[] = [];
    this.#move(down.next().value);
    let h = ops.convolution(x, CHANNELS);
    if (isOwn) this.#tape.release(x);
    skips.push(h);
    for (let level = 0; level < levels; level += 1) {
      for (let i = 0; i < 2; i += 1) {
        this.#move(down.next().value);
        h = this.#stage(h, embedding, context, level);
        skips.push(h);
      }
      if (level + 1 < levels) {
        this.#move(down.next().value);
        h = ops.convolution(h, h.channels, { unit: level + 1 });
        skips.push(h);
      }
    }
    this.#move(weights.middle);
    h = this.#middle(h, embedding, context);
    for (let level = levels - 1; level >= 0; level -= 1) {
      for (let i = 0; i < 3; i += 1) {
        const skip = skips.pop();
        if (skip === undefined) throw new Error('a skip connection for each stage on the way up');
        // Doubled, a rounded half is larger than what it is joined with: A1111's hijack of `cat` resizes it.
        const fitting =
          h.unit === skip.unit ? null : this.#tape.allocate(RESIZED_UNIT + skip.unit, h.channels, h.width);
        const joined = ops.like(skip, h.channels + skip.channels, h.width, h.isChannelsLast && skip.isChannelsLast);
        this.#tape.release(...(fitting === null ? [] : [fitting]), skip, h);
        this.#move(up.next().value);
        h = ops.through(joined, (y) => this.#stage(y, embedding, context, level, i === 2 && level > 0));
      }
    }
    const normal = ops.through(ops.normInFloat(h), (y) => ops.pointwise(y));
    const answer = ops.through(normal, (y) => ops.convolution(y, LATENT_CHANNELS));
    this.#tape.release(h, embedding);
    return answer;
  }

  #move(block: Tensors | undefined): void {
    if (block === undefined) throw new Error('weights for each block');
    this.#mover?.move(block);
  }

  /** A residual block, its transformer, and where told a doubling of the size. */
  #stage(x: Tensor, embedding: Tensor, context: Tensor, level: number, doubles = false): Tensor {
    const ops = this.#ops;
    const depth = at(this.#shape.depths, level);
    let h = this.#residual(x, embedding, CHANNELS * (this.#shape.multipliers[level] ?? 1));
    if (depth > 0) h = ops.through(h, (y) => this.#transformer(y, context, depth));
    return doubles ? ops.through(h, (y) => this.#upsample(y)) : h;
  }

  #middle(x: Tensor, embedding: Tensor, context: Tensor): Tensor {
    const ops = this.#ops;
    let h = this.#residual(x, embedding, x.channels);
    h = ops.through(h, (y) => this.#transformer(y, context, this.#shape.middleDepth));
    return ops.through(h, (y) => this.#residual(y, embedding, y.channels));
  }

  #upsample(x: Tensor): Tensor {
    const larger = this.#tape.allocate(DOUBLED_UNIT + x.unit - 1, x.channels, x.width, x.isChannelsLast);
    return this.#ops.through(larger, (y) => this.#ops.convolution(y, y.channels));
  }

  #residual(x: Tensor, embedding: Tensor, channels: number): Tensor {
    const ops = this.#ops;
    let h = ops.through(ops.normInFloat(x), (y) => ops.pointwise(y));
    h = ops.through(h, (y) => ops.convolution(y, channels));
    const shift = ops.through(ops.pointwise(embedding), (y) => ops.linear(y, channels));
    h = ops.through(h, (y) => ops.add(y, shift));
    h = ops.through(h, (y) => {
      const normal = ops.through(ops.normInFloat(y), (z) => ops.pointwise(z));
      return ops.through(normal, (z) => ops.convolution(z, channels));
    });
    const skip = x.channels === channels ? x : ops.convolution(x, channels, { kernel: 1 });
    const sum = ops.add(skip, h);
    this.#tape.release(h, shift);
    if (skip !== x) this.#tape.release(skip);
    return sum;
  }

  #transformer(x: Tensor, context: Tensor, depth: number): Tensor {
    const ops = this.#ops;
    const { copies, kernels } = this.#options;
    const project = (y: Tensor): Tensor =>
      this.#shape.linearProjections
        ? ops.linearOfPicture(y, y.channels)
        : ops.convolution(y, y.channels, { kernel: 1 });
    const reorder = (y: Tensor, toTokens: boolean): Tensor =>
      copies ? ops.like(y, y.channels, y.width, toTokens && kernels.tracksOrder) : y;
    const inOrder = (y: Tensor): Tensor => reorder(y, true);
    const outOfOrder = (y: Tensor): Tensor => reorder(y, false);
    const [first, second] = this.#shape.linearProjections ? [inOrder, project] : [project, inOrder];
    const [last, lastButOne] = this.#shape.linearProjections ? [outOfOrder, project] : [project, outOfOrder];
    let h = ops.through(ops.through(ops.norm(x), first), second);
    for (let i = 0; i < Math.min(depth, this.#options.mostBlocks); i += 1)
      h = ops.through(h, (y) => this.#block(y, context));
    h = ops.through(ops.through(h, lastButOne), last);
    return ops.through(h, (y) => ops.add(y, x));
  }

  #block(x: Tensor, context: Tensor): Tensor {
    const ops = this.#ops;
    const branch = (y: Tensor, of: (normal: Tensor) => Tensor): Tensor =>
      ops.through(ops.through(ops.normTokens(y), of), (z) => ops.add(z, y));
    const attended = branch(x, (normal) => this.#attend(normal, normal));
    const prompted = ops.through(attended, (y) => branch(y, (normal) => this.#attend(normal, context)));
    return ops.through(prompted, (y) => branch(y, (normal) => this.#feedForward(normal)));
  }

  #attend(x: Tensor, source: Tensor): Tensor {
    const heads = this.#shape.headChannels === null ? 8 : x.channels / this.#shape.headChannels;
    return attend(this.#ops, this.#options.scores, x, source, heads);
  }

  /** Gated: projects to eight times the channels and halves them by their own other half. */
  #feedForward(x: Tensor): Tensor {
    const ops = this.#ops;
    const both = ops.linear(x, x.channels * 8);
    const activated = ops.like(both, both.channels / 2);
    const gated = ops.pointwise(activated);
    this.#tape.release(activated, both);
    return ops.through(gated, (y) => ops.linear(y, x.channels));
  }
}
