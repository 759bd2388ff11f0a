/** What an error text is read into. Codes and figures alone: sentences are made in `words/`. */
import type { ErrorKind, ErrorPhase } from '../protocol/explanation.ts';

/** By the wording: `reserved` of the message means something else in each of them. */
export type TorchGeneration = 'before-1.4' | '1.4-to-2.0' | '2.1' | '2.2-or-newer';

/** What was computed when it failed, by the innermost call that the traceback shows. */
export type ErrorOperation =
  'attention' | 'softmax' | 'convolution' | 'norm' | 'linear' | 'resize' | 'join' | 'activation' | 'move';

/** `MiB` as torch rounds them: two decimals of the unit that it prints. Absent or unbelievable is null. */
export interface ErrorFigures {
  readonly triedMiB: number | null;
  readonly totalMiB: number | null;
  readonly freeMiB: number | null;
  /** In tensors, by PyTorch. */
  readonly allocatedMiB: number | null;
  /** By PyTorch, what is allocated included, whatever the message counts. */
  readonly reservedMiB: number | null;
}

export interface OtherProgram {
  readonly pid: number;
  readonly usedMiB: number | null;
}

export interface ErrorReading extends ErrorFigures {
  readonly kind: ErrorKind;
  /** Most that PyTorch may have here: a fraction that was set, or MPS' high watermark. */
  readonly capMiB: number | null;
  /** By this process, context and all. */
  readonly processMiB: number | null;
  /** MPS: of this process, beside PyTorch's tensors. */
  readonly otherMiB: number | null;
  readonly others: readonly OtherProgram[];
  readonly device: number | null;
  readonly torch: TorchGeneration | null;
  readonly phase: ErrorPhase | null;
  readonly operation: ErrorOperation | null;
  /** Known functions of the traceback, the outermost first: no paths, and no names that a person gave. */
  readonly frames: readonly string[];
  readonly system: 'windows' | 'linux' | 'mac' | null;
  /** How a library put it, such as `ALLOC_FAILED`. */
  readonly status: string | null;
  /** NaN: whether that network computes in 32 bits already; null for other errors, and where the text does not tell. */
  readonly inFloat: boolean | null;
  /** Errors in the text. Of several, the one with the most figures is read, and of those the last. */
  readonly errors: number;
}
