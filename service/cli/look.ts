/** How what is printed may look, by where it is printed. */
import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';

export interface Look {
  /** Of the terminal; null where there is none, and lines are not wrapped. */
  readonly columns: number | null;
  readonly colour: boolean;
}

export const PLAIN: Look = { columns: null, colour: false };

export type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'strong';

const FORMATS = { good: 'green', warning: 'yellow', bad: 'red', quiet: 'dim', strong: 'bold' } as const;

export function toned(text: string, tone: Tone | undefined, { colour }: Look): string {
  return tone === undefined || !colour ? text : styleText(FORMATS[tone], text, { validateStream: false });
}

/** Of a terminal that does not tell its own. */
const USUAL_COLUMNS = 80;

/** `NO_COLOR` with anything in it: https://no-color.org. A terminal that is "dumb" shows escape sequences as text. */
export function lookOf(
  stream: Pick<WriteStream, 'columns'> & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Look {
  if (stream.isTTY !== true) return PLAIN;
  const colour = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return { columns: stream.columns || USUAL_COLUMNS, colour };
}
