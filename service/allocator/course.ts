import type { Phase } from '../protocol/settings.ts';
import { Outcomes, type Outcome } from './outcomes.ts';
import type { Part } from './part.ts';
import { Run } from './run.ts';

/** A state to go on from. */
interface Checkpoint {
  readonly run: Run;
  readonly part: number;
  /** Operations done of that part; -1 = not begun. */
  readonly done: number;
  readonly repeating: boolean;
}

/** Operations that are worth a checkpoint; more where there are more blocks to copy than that. */
const OPERATIONS_BETWEEN = 100;

/**
 * The same parts under one limit after another. Until the first segment that one limit grants and the other refuses two
 * runs are the same, so each goes on from where an earlier one came to that.
 */
export class Course {
  readonly #partsOf: () => readonly Part[];
  #made: readonly Part[] | null = null;
  readonly #roomMiB: number | null;
  readonly #looseMiB: number;
  readonly #outcomes: Outcomes;
  #checkpoints: Checkpoint[] = [];

  /**
   * @param partsOf asked where the outcome is not known yet.
   * @param roomMiB as a `Run` has it.
   * @param outcomes what is known already of these parts, to which the rest is added.
   * @param looseMiB as a `Run` has it.
   */
  constructor(partsOf: () => readonly Part[], roomMiB: number | null, outcomes = new Outcomes(), looseMiB = 0) {
    this.#partsOf = partsOf;
    this.#roomMiB = roomMiB;
    this.#looseMiB = looseMiB;
    this.#outcomes = outcomes;
  }

  get #parts(): readonly Part[] {
    this.#made ??= this.#partsOf();
    return this.#made;
  }

  /** Nothing finds in the cache what another part left. */
  get isOnePart(): boolean {
    return this.#parts.length === 1;
  }

  get hasRepeats(): boolean {
    return this.#parts.some((part) => part.repeats);
  }

  /**
   * @param repeating with the parts that do the same once more, or without.
   * @returns how it goes, to the end or to where it runs out of memory.
   */
  under(limitMiB: number, repeating: boolean): Outcome {
    const kind = repeating ? 'repeating' : 'once';
    const known = this.#outcomes.under(limitMiB, kind);
    if (known !== null) return known;
    const start = this.#furthest(limitMiB, repeating);
    const run = start?.run.copy(limitMiB) ?? new Run(limitMiB, this.#roomMiB, this.#looseMiB);
    return this.#outcomes.add(kind, run, this.#goOn(run, limitMiB, repeating, start));
  }

  /** Also past what runs out of memory, without the parts that do the same once more. */
  throughoutUnder(limitMiB: number): Outcome {
    const untilFailed = this.under(limitMiB, false);
    if (untilFailed.failed === null) return untilFailed;
    const known = this.#outcomes.under(limitMiB, 'throughout');
    if (known !== null) return known;
    const run = new Run(limitMiB, this.#roomMiB, this.#looseMiB);
    for (const part of this.#parts) {
      if (part.repeats) continue;
      run.begin(part);
      run.finish();
    }
    return this.#outcomes.add('throughout', run, untilFailed.failed);
  }

  /** What it takes the most memory for is given back. It begins anew when it is asked again. */
  forgetCheckpoints(): void {
    for (const { run } of this.#checkpoints) run.discard();
    this.#checkpoints = [];
  }

  /** @returns the phase that ran out of memory. */
  #goOn(run: Run, limitMiB: number, repeating: boolean, start: Checkpoint | null): Phase | null {
    for (let i = start?.part ?? 0; i < this.#parts.length; i += 1) {
      const part = this.#parts[i];
      if (part === undefined || (part.repeats && !repeating)) continue;
      // What found all that it wanted in the cache would find it there again.
      if (isSameWork(part, this.#parts[i - 1]) && !run.asked) continue;
      if (start === null || start.part < i || start.done === -1) run.begin(part);
      let last = run.done;
      const beforeReserving = (): void => {
        if (run.done - last < Math.max(OPERATIONS_BETWEEN, run.blocks)) return;
        last = run.done;
        this.#checkpoints.push({ run: run.copy(limitMiB), part: i, done: last, repeating });
      };
      if (!run.finish(beforeReserving)) return part.phase;
      if (i + 1 < this.#parts.length)
        this.#checkpoints.push({ run: run.copy(limitMiB), part: i + 1, done: -1, repeating });
    }
    return null;
  }

  #furthest(limitMiB: number, repeating: boolean): Checkpoint | null {
    let furthest: Checkpoint | null = null;
    for (const one of this.#checkpoints) {
      if (furthest !== null && (one.part < furthest.part || (one.part === furthest.part && one.done <= furthest.done)))
        continue;
      if (one.run.wouldBeSame(limitMiB) && (one.repeating === repeating || !this.#isPastRepeat(one))) furthest = one;
    }
    return furthest;
  }

  /** Whether the repeats have had their turn, or were left out. */
  #isPastRepeat({ part, done }: Checkpoint): boolean {
    return this.#parts.some(({ repeats }, i) => repeats && (i < part || (i === part && done !== -1)));
  }
}

function isSameWork(one: Part, other: Part | undefined): boolean {
  return one.program === other?.program && one.from === other.from && one.to === other.to;
}
