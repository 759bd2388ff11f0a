import { mistakeInWords, seeHelpInWords } from '../words/index.ts';
import type { Mistake } from '../words/mistake.ts';
import type { CliIo } from './io.ts';

/** The exit code of what was not understood. */
export const NOT_UNDERSTOOD = 2;

/** Says what is wrong with an order. `verb`: null where none was understood. */
export function misunderstood(verb: string | null, mistake: Mistake | string, { err }: CliIo): number {
  const what = typeof mistake === 'string' ? mistake : mistakeInWords(mistake);
  err(`headroom${verb === null ? '' : ` ${verb}`}: ${what} ${seeHelpInWords(verb)}\n`);
  return NOT_UNDERSTOOD;
}
