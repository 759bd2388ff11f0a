/** One call of nvidia-smi that is waited for. */
import type { Clock } from '../../protocol/clock.ts';
import type { ChildSlot } from '../child-slot.ts';
import type { CommandEnd } from '../command.ts';
import { createDeadline } from '../deadline.ts';

/** More than any machine's list of cards and processes. */
const MAX_TEXT_CHARACTERS = 1_000_000;

export type CallEnd = { readonly hung: false; readonly text: string; readonly exitCode: number } | { readonly hung: true };

export interface Call {
  readonly slot: ChildSlot;
  readonly clock: Clock;
  readonly file: string;
  readonly limitMs: number;
  /** Called when the limit passes; the promise resolves only when the child is gone, which may be never. */
  readonly onHung: () => void;
}

export async function callNvidiaSmi({ slot, clock, file, limitMs, onHung }: Call, args: readonly string[]): Promise<CallEnd> {
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

/** As a shell would tell it where the program could not be started; -1 where a signal ended it. */
export function exitCodeOf({ exitCode, startError }: CommandEnd): number {
  if (startError === 'not-found') return 127;
  if (startError === 'no-permission') return 126;
  return exitCode ?? -1;
}
