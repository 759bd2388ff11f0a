/**
 * Texts of errors as people paste them, against what was written down of each from the threads (not read back from a
 * parser), and texts that are none.
 */
import { readFileSync } from 'node:fs';
import type { ErrorReading } from '../../service/explain/kinds.ts';
import { readError } from '../../service/explain/read.ts';

const FOLDER = new URL('../../test/fixtures/explain/', import.meta.url);
const FIGURES = ['triedMiB', 'totalMiB', 'freeMiB', 'allocatedMiB', 'reservedMiB', 'capMiB', 'processMiB'] as const;
/** Of sums of what was printed with two decimals, MiB. */
const ROUNDING = 1e-3;

type Expected = Pick<ErrorReading, 'kind'> & Partial<ErrorReading>;

export interface TextsJudged {
  readonly file: string;
  readonly texts: number;
  /** Read with every figure that was written down and none beside, or refused where it is no error. */
  readonly right: number;
  /** An error that is not read. */
  readonly unread: number;
  /** A figure, or a kind of error, that the text does not have. */
  readonly wrong: number;
}

type Reading = 'right' | 'unread' | 'wrong';

/** What was not written down is not compared. */
function judge(text: string, expected: Expected): Reading {
  const result = readError(text);
  if (!result.ok) return 'unread';
  const reading = result.value;
  const isFigure = (name: (typeof FIGURES)[number]): boolean => {
    const [want, got] = [expected[name], reading[name]];
    if (want === undefined) return true;
    return want === null || got === null ? want === got : Math.abs(want - got) <= ROUNDING;
  };
  return reading.kind === expected.kind && FIGURES.every(isFigure) ? 'right' : 'wrong';
}

const linesOf = <Line>(file: string): Line[] =>
  readFileSync(new URL(file, FOLDER), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

function judged(file: string, readings: readonly Reading[]): TextsJudged {
  const count = (one: Reading): number => readings.filter((reading) => reading === one).length;
  return { file, texts: readings.length, right: count('right'), unread: count('unread'), wrong: count('wrong') };
}

export function judgeTexts(): readonly TextsJudged[] {
  const errors = linesOf<{ text: string; expected: Expected }>('errors.ndjson');
  const others = linesOf<string>('no-errors.ndjson');
  return [
    judged(
      'errors.ndjson',
      errors.map(({ text, expected }) => judge(text, expected)),
    ),
    judged(
      'no-errors.ndjson',
      others.map((text) => (readError(text).ok ? 'wrong' : 'right')),
    ),
  ];
}
