/** `headroom explain`: what an out-of-memory text says, and why there was no room. */
import { explain, NOTHING_KNOWN, type Explanation } from '../explain/explain.ts';
import {
  explanationInWords,
  mistakeInWords,
  NOT_AN_ERROR,
  SEE_HELP,
  unreadableInWords,
  unreadableTextInWords,
  WAITS_FOR_TEXT,
} from '../words/index.ts';
import { jsonLine } from '../store/json-line.ts';
import { readArgs } from './args.ts';
import { printable } from './discreet.ts';
import { piecesOf } from './input.ts';
import type { CliIo, TextInput } from './io.ts';
import { fileProblem, FileRefused } from './file-problem.ts';

/** A log of days; who pastes more means another file. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

export interface ExplainWorld extends CliIo {
  readonly stdin: TextInput;
}

/**
 * Takes the arguments behind the word `explain`. Resolves with the exit code: 0 where there is an error in the text, 1
 * where there is none, 2 for arguments or a text that cannot be read.
 */
export async function runExplain(args: readonly string[], world: ExplainWorld): Promise<number> {
  const parsed = readArgs(args, { json: 'flag' }, 1);
  if (!parsed.ok) return refuse(world, mistakeInWords(parsed.reason));
  const [file = null] = parsed.value.files;
  const json = parsed.value.flag('json');
  if (file === null && world.stdin.isTerminal) world.err(`${WAITS_FOR_TEXT}\n`);
  let text: string;
  try {
    text = await whole(file === null || file === '-' ? world.stdin.pieces() : piecesOf(file));
  } catch (error) {
    const why = fileProblem(error);
    return refuse(world, file === null ? unreadableTextInWords(why) : unreadableInWords(file, why));
  }
  const found = explain<never>(text, NOTHING_KNOWN, null);
  if (json) world.out(jsonLine(found.ok ? asJson(found.value) : found));
  else if (found.ok) world.out(printable(asText(found.value)));
  else world.err(`headroom explain: ${NOT_AN_ERROR}\n`);
  return found.ok ? 0 : 1;
}

function refuse(world: CliIo, message: string): number {
  world.err(`headroom explain: ${message} ${SEE_HELP}\n`);
  return 2;
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  const read: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MOST_CHARACTERS) throw new FileRefused({ code: 'text-too-long' });
    read.push(piece);
  }
  return read.join('');
}

function asText(explanation: Explanation<never>): string {
  return explanationInWords(explanation)
    .map(([head, words]) => `${head.padEnd(9)} ${words}\n`)
    .join('');
}

/** The first ten are what outside checks rely on; `details` holds all the rest. */
function asJson({ reading, tensor, cause, remedies }: Explanation<never>): object {
  const { kind, triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB, ...details } = reading;
  const { code, ...figures } = cause;
  const said = { kind, triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB };
  return { ok: true, ...said, cause: code, tensor, remedies, details: { ...details, causeFigures: figures } };
}
