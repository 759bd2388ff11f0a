/** One call of nvidia-smi that is waited for. */
import type { Clock } from '../../../base/clock.ts';
import type { ChildSlot } from '../child-slot.ts';
import type { CommandEnd } from '../command.ts';
import { createDeadline } from '../../../base/deadline.ts';

/** More than any machine's list of cards and processes. */
const MAX_TEXT_CHARACTERS = 1_000_000;

export type CallEnd =
  { readonly hung: false; readonly text: string; readonly exitCode: number | null } | { readonly hung: true };

export interface Call {
  readonly slot: ChildSlot;
  readonly clock: Clock;
  readonly file: string;
  readonly limitMs: number;
  /** Called when the limit passes; the promise resolves only when the child is gone, which may be never. */
  readonly onHung: () => void;
}

export async function callNvidiaSmi(
  { slot, clock, file, limitMs, onHung }: Call,
  args: readonly string[],
): Promise<CallEnd> {
  const texts = { stdout: '', stderr: '' };
  let hung = false;
  const child = slot.start(file, args, (piece, from) => {
    if (texts[from].length < MAX_TEXT_CHARACTERS) texts[from] += piece;
  });
  const deadline = createDeadline(clock, limitMs, () => {
    hung = true;
    child.end();
    onHung();
  });
  const end = await child.ended;
  deadline.clear();
  return hung ? { hung } : { hung, text: `${texts.stdout}\n${texts.stderr}`, exitCode: exitCodeOf(end) };
}

/**
 * As a shell would tell it where there is no such program or it may not be run; null where the machine could not start
 * it; -1 where a signal ended it.
 */
function exitCodeOf({ exitCode, startError }: CommandEnd): number | null {
  switch (startError) {
    case 'not-found':
      return 127;
    case 'no-permission':
      return 126;
    case 'other':
      return null;
    case null:
      return exitCode ?? -1;
  }
}
