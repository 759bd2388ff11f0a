import type { Kernels } from '../program/kernels.ts';
import { CONSTANT_UNIT } from '../program/program.ts';
import type { Tape, Tensor } from '../program/tape.ts';

/** Bytes of a number. */
export const HALF = 2;
export const FLOAT = 4;

/**
 * How a network computes: `width` bytes in convolutions and matrix products; under autocast normalisations answer in 32
 * bits.
 */
export interface Precision {
  readonly width: number;
  readonly autocast: boolean;
  readonly variant?: Variant;
}

/** What a person may set beside the usual; left out where it is not. */
export interface Variant {
  /** Stored in 8 bits, and cast for each operation (A1111's "FP8 weight"): of convolutions and matrix products. */
  readonly weights?: 'fp8';
  /** Attention computes in 32 bits ("Upcast cross attention layer to float32"). */
  readonly upcastsAttention?: true;
  /** Weights of convolutions are channels-last (--opt-channelslast): then so is what they give. */
  readonly channelsLast?: true;
}

/** cuBLASLt's, for a matrix product that adds a bias: 1 MiB (CUBLASLT_WORKSPACE_SIZE of PyTorch). */
const BIASED_WORKSPACE_BYTES = 1024 * 1024;

/**
 * PyTorch's eager operations as their allocations, in the order in which PyTorch makes them. Inputs stay live unless
 * said otherwise. A tensor of tokens is the picture's, seen in another order of its dimensions: contiguous tokens are a
 * channels-last picture.
 */
export class Layers {
  readonly tape: Tape;
  readonly precision: Precision;
  readonly kernels: Pick<Kernels, 'tracksOrder' | 'sdpa'>;
  /** One picture is evaluated at a time: then heads come first in another view of it, without a copy. */
  readonly isSingle: boolean;

  constructor(tape: Tape, precision: Precision, kernels: Pick<Kernels, 'tracksOrder' | 'sdpa'>, isSingle = false) {
    this.tape = tape;
    this.precision = precision;
    this.kernels = kernels;
    this.isSingle = isSingle && kernels.tracksOrder;
  }

  like(x: Tensor, channels = x.channels, width = x.width, isChannelsLast = x.isChannelsLast): Tensor {
    return this.tape.allocate(x.unit, channels, width, isChannelsLast);
  }

  /** Applies an operation and releases its input. */
  through(x: Tensor, operation: (x: Tensor) => Tensor): Tensor {
    const result = operation(x);
    if (result !== x) this.tape.release(x);
    return result;
  }

  cast(x: Tensor, width: number): Tensor {
    return x.width === width ? x : this.like(x, x.channels, width);
  }

  /**
   * `unit` where a stride changes the size. What is channels-last stays so, and takes its weights in that order too.
   */
  convolution(
    x: Tensor,
    channels: number,
    { unit = x.unit, kernel = 3 }: { readonly unit?: number; readonly kernel?: 1 | 3 } = {},
  ): Tensor {
    const { width } = this.precision;
    const weights = x.channels * channels * kernel ** 2;
    return this.#withOperand(x, width, (operand) =>
      this.#withWeights(weights, () => {
        if (this.precision.variant?.channelsLast === true) return this.#channelsLast(operand, unit, channels);
        const result = this.tape.allocate(unit, channels, width, operand.isChannelsLast);
        // Those of a single pixel lie the same way in either order.
        const copiedBytes = kernel > 1 ? weights * width : 0;
        if (!operand.isChannelsLast) this.tape.workspace(operand, copiedBytes, result);
        else if (kernel > 1) this.tape.passing([{ unit: CONSTANT_UNIT, bytes: copiedBytes }]);
        return result;
      }),
    );
  }

  /** On tokens. What comes out is contiguous. */
  linear(x: Tensor, channels: number, hasBias = true): Tensor {
    return this.#withOperand(x, this.precision.width, (operand) =>
      this.#withWeights(x.channels * channels, () => {
        const result = this.like(operand, channels, this.precision.width, this.kernels.tracksOrder);
        if (hasBias && this.kernels.tracksOrder && operand.isChannelsLast)
          this.tape.passing([{ unit: CONSTANT_UNIT, bytes: BIASED_WORKSPACE_BYTES }]);
        return result;
      }),
    );
  }

  /** Of the pixels of a picture, seen as tokens: copied into their order, and the bias is added in place. */
  linearOfPicture(x: Tensor, channels: number): Tensor {
    if (!this.kernels.tracksOrder || x.isChannelsLast) return this.linear(x, channels);
    return this.#withOperand(x, this.precision.width, (operand) =>
      this.through(this.like(operand, operand.channels, operand.width, true), (tokens) => this.like(tokens, channels)),
    );
  }

  pointwise(x: Tensor): Tensor {
    return this.like(x);
  }

  /** In the order of the first. */
  add(x: Tensor, y: Tensor): Tensor {
    return this.like(x, x.channels, Math.max(x.width, y.width));
  }

  /** Group normalisation: of and into a picture that is not channels-last. */
  norm(x: Tensor): Tensor {
    return this.#normalised(x, this.precision.autocast ? FLOAT : x.width, false);
  }

  /** Layer normalisation: of and into contiguous tokens, with each token's mean and deviation. */
  normTokens(x: Tensor): Tensor {
    return this.#normalised(x, this.precision.autocast ? FLOAT : x.width, true, 2);
  }

  /** The denoising network's group normalisation: computed in 32 bits, given back in the input's type. */
  normInFloat(x: Tensor): Tensor {
    return this.through(this.#normalised(x, FLOAT, false), (y) => this.cast(y, x.width));
  }

  #normalised(x: Tensor, width: number, isChannelsLast: boolean, statistics = 0): Tensor {
    const { tracksOrder } = this.kernels;
    return this.#withOperand(x, width, (operand) => {
      const isInOrder = !tracksOrder || operand.isChannelsLast === isChannelsLast;
      const inOrder = isInOrder ? operand : this.like(operand, operand.channels, width, isChannelsLast);
      const result = this.like(inOrder);
      if (tracksOrder) this.tape.release(...Array.from({ length: statistics }, () => this.like(operand, 1, FLOAT)));
      if (inOrder !== operand) this.tape.release(inOrder);
      return result;
    });
  }

  /** cuDNN has all in the order that it wants. */
  #channelsLast(x: Tensor, unit: number, channels: number): Tensor {
    const inOrder = x.isChannelsLast ? x : this.like(x, x.channels, x.width, true);
    const result = this.tape.allocate(unit, channels, x.width, true);
    if (inOrder !== x) this.tape.release(inOrder);
    return result;
  }

  /** Where they are stored in 8 bits: cast for the operation alone, for autocast keeps only casts of 32 bits. */
  #withWeights(count: number, operation: () => Tensor): Tensor {
    if (this.precision.variant?.weights !== 'fp8') return operation();
    const cast = this.tape.allocate(CONSTANT_UNIT, count, this.precision.width);
    const result = operation();
    this.tape.release(cast);
    return result;
  }

  #withOperand(x: Tensor, width: number, operation: (operand: Tensor) => Tensor): Tensor {
    const operand = this.cast(x, width);
    const result = operation(operand);
    if (operand !== x) this.tape.release(operand);
    return result;
  }
}
