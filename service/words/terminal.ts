/** The language in force of what the command line alone tells. Chosen here and in `index.ts`, and nowhere else. */
import type * as en from './en/terminal.ts';

export type TerminalWords = typeof en;

export * from './en/terminal.ts';
