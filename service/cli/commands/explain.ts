/** `headroom explain`: what an out-of-memory text says, and why there was no room. */
import { atOnce } from '../../base/steps.ts';
import { explainText, type ExplainedText } from '../../explain/explain.ts';
import {
  CUT_TEXT,
  explainedInWords,
  NOT_AN_ERROR,
  unreadableInWords,
  unreadableTextInWords,
  WAITS_FOR_TEXT,
} from '../../words/index.ts';
import { jsonLine } from '../../store/json-line.ts';
import { readArgs } from '../args.ts';
import { inColumns } from '../columns.ts';
import { piecesOf } from '../input.ts';
import type { CliIo, TextInput } from '../io.ts';
import { PLAIN } from '../look.ts';
import { misunderstood } from '../misunderstood.ts';
import type { Verb } from '../verb.ts';
import { fileProblem } from '../file-problem.ts';

/** A log of days. Errors stand at its end. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

const WIDTH = 11;

interface ExplainWorld extends CliIo {
  readonly stdin: TextInput;
}

export const VERB: Verb<'explain'> = {
  name: 'explain',
  arguments: ['[FILE]'],
  options: { json: null },
  answer: runExplain,
};

/**
 * Takes the arguments behind the word `explain`. Resolves with the exit code: 0 where there is an error in the text, 1
 * where there is none, 2 for arguments or a text that cannot be read.
 */
async function runExplain(args: readonly string[], world: ExplainWorld): Promise<number> {
  const parsed = readArgs(args, VERB.options, VERB.arguments.length);
  if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
  const [file = null] = parsed.value.files;
  const json = parsed.value.flag('json');
  if (file === null && world.stdin.isTerminal) world.err(`${WAITS_FOR_TEXT}\n`);
  let read: LastOf;
  try {
    read = await lastOf(file === null || file === '-' ? world.stdin.pieces() : piecesOf(file));
  } catch (error) {
    const why = fileProblem(error);
    return misunderstood(VERB.name, file === null ? unreadableTextInWords(why) : unreadableInWords(file, why), world);
  }
  if (read.isCut) world.err(`headroom explain: ${CUT_TEXT}\n`);
  const found = atOnce(explainText(read.text, null));
  if (json) world.out(jsonLine(found.ok ? asJson(found.value) : found));
  else if (found.ok) world.out(`${inColumns(explainedInWords(found.value), WIDTH, world.look ?? PLAIN).join('\n')}\n`);
  else world.err(`headroom explain: ${NOT_AN_ERROR}\n`);
  return found.ok ? 0 : 1;
}

interface LastOf {
  readonly text: string;
  readonly isCut: boolean;
}

/** As much of its end as is read. */
async function lastOf(pieces: AsyncIterable<string>): Promise<LastOf> {
  let kept: string[] = [];
  let [length, isCut] = [0, false];
  for await (const piece of pieces) {
    kept.push(piece);
    length += piece.length;
    if (length <= 2 * MOST_CHARACTERS) continue;
    kept = [kept.join('').slice(-MOST_CHARACTERS)];
    [length, isCut] = [MOST_CHARACTERS, true];
  }
  return { text: kept.join('').slice(-MOST_CHARACTERS), isCut: isCut || length > MOST_CHARACTERS };
}

/** The first ten are what outside checks rely on; `details` holds all the rest. */
function asJson({ reading, tensor, cause, remedies, pricing }: ExplainedText): object {
  const { kind, triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB, ...details } = reading;
  const { code, ...figures } = cause;
  const said = { kind, triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB };
  return { ok: true, ...said, cause: code, tensor, remedies, pricing, details: { ...details, causeFigures: figures } };
}
