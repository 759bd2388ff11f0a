import type { Tape, Tensor } from './tape.ts';

/** Bytes of a number. */
export const HALF = 2;
export const FLOAT = 4;

/** How a network computes: `width` bytes in convolutions and matrix products; under autocast normalisations answer in 32 bits. */
export interface Precision {
  readonly width: number;
  readonly autocast: boolean;
}

/** PyTorch's eager operations as their allocations. Inputs stay live unless said otherwise. */
export class Layers {
  readonly tape: Tape;
  readonly precision: Precision;

  constructor(tape: Tape, precision: Precision) {
    this.tape = tape;
    this.precision = precision;
  }

  like(x: Tensor, channels = x.channels, width = x.width): Tensor {
    return this.tape.allocate(x.unit, channels, width);
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

  /** Also a linear layer. `unit` where a stride changes the size. */
  convolution(x: Tensor, channels: number, unit = x.unit): Tensor {
    return this.#withOperand(x, this.precision.width, () => this.tape.allocate(unit, channels, this.precision.width));
  }

  pointwise(x: Tensor): Tensor {
    return this.like(x);
  }

  add(x: Tensor, y: Tensor): Tensor {
    return this.like(x, x.channels, Math.max(x.width, y.width));
  }

  norm(x: Tensor): Tensor {
    return this.precision.autocast ? this.#withOperand(x, FLOAT, (operand) => this.like(operand)) : this.like(x);
  }

  /** The denoising network's group normalisation: computed in 32 bits, given back in the input's type. */
  normInFloat(x: Tensor): Tensor {
    const result = this.#withOperand(x, FLOAT, (operand) => this.like(operand));
    return this.through(result, (y) => this.cast(y, x.width));
  }

  #withOperand(x: Tensor, width: number, operation: (operand: Tensor) => Tensor): Tensor {
    const operand = this.cast(x, width);
    const result = operation(operand);
    if (operand !== x) this.tape.release(operand);
    return result;
  }
}
