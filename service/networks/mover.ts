/** Weights that come onto the card and go: what --medvram and --lowvram do. */
import { CONSTANT_UNIT, type Program } from '../program/program.ts';
import { Tape, type Tensor } from '../program/tape.ts';
import type { Tensors } from './weights.ts';

/** All of one network's; what is once more is that they go. */
export function weightsProgram(tensors: Tensors, width: number): Program {
  const tape = new Tape(0);
  const mover = new Mover(tape, width);
  mover.move(tensors);
  tape.onceMore();
  mover.move([]);
  return tape.program();
}

/** One module on the card at a time. */
export class Mover {
  readonly #tape: Tape;
  readonly #width: number;
  #there: readonly Tensor[] = [];

  /** @param width bytes of a number. */
  constructor(tape: Tape, width: number) {
    this.#tape = tape;
    this.#width = width;
  }

  move(tensors: Tensors): void {
    this.#tape.release(...this.#there);
    this.#there = tensors.map((elements) => this.#tape.allocate(CONSTANT_UNIT, elements, this.#width));
  }
}
