import { Run, type Part } from './run.ts';

/** A state to go on from. */
interface Checkpoint {
  readonly run: Run;
  readonly part: number;
  /** Operations done of that part; -1 = not begun. */
  readonly done: number;
  readonly repeating: boolean;
}

/** Operations that are worth a checkpoint. */
const OPERATIONS_BETWEEN = 100;

/**
 * The same parts under one limit after another. Until the first segment that one limit grants and the other refuses two
 * runs are the same, so each goes on from where an earlier one came to that.
 */
export class Course {
  readonly #parts: readonly Part[];
  readonly #roomMiB: number | null;
  readonly #checkpoints: Checkpoint[] = [];

  /** @param roomMiB as a `Run` has it. */
  constructor(parts: readonly Part[], roomMiB: number | null) {
    this.#parts = parts;
    this.#roomMiB = roomMiB;
  }

  get hasRepeats(): boolean {
    return this.#parts.some((part) => part.repeats);
  }

  /**
   * @param repeating with the parts that do the same once more, or without.
   * @returns the run, at its end or where it ran out of memory, and the part that did.
   */
  under(limitMiB: number, repeating: boolean): { readonly run: Run; readonly failed: Part | null } {
    const start = this.#furthest(limitMiB, repeating);
    const run = start?.run.copy(limitMiB) ?? new Run(limitMiB, this.#roomMiB);
    for (let i = start?.part ?? 0; i < this.#parts.length; i += 1) {
      const part = this.#parts[i];
      if (part === undefined || (part.repeats && !repeating)) continue;
      if (start === null || start.part < i || start.done === -1) run.begin(part);
      let last = run.done;
      const beforeReserving = (): void => {
        if (run.done - last < OPERATIONS_BETWEEN) return;
        last = run.done;
        this.#checkpoints.push({ run: run.copy(limitMiB), part: i, done: last, repeating });
      };
      if (!run.finish(beforeReserving)) return { run, failed: part };
      if (i + 1 < this.#parts.length)
        this.#checkpoints.push({ run: run.copy(limitMiB), part: i + 1, done: -1, repeating });
    }
    return { run, failed: null };
  }

  #furthest(limitMiB: number, repeating: boolean): Checkpoint | null {
    let furthest: Checkpoint | null = null;
    for (const one of this.#checkpoints) {
      if (one.repeating !== repeating && this.#isPastRepeat(one)) continue;
      if (!one.run.wouldBeSame(limitMiB)) continue;
      if (furthest === null || one.part > furthest.part || (one.part === furthest.part && one.done > furthest.done))
        furthest = one;
    }
    return furthest;
  }

  /** Whether the repeats have had their turn, or were left out. */
  #isPastRepeat({ part, done }: Checkpoint): boolean {
    return this.#parts.some(({ repeats }, i) => repeats && (i < part || (i === part && done !== -1)));
  }
}
