/** Any pasted text into what the error in it says: a bare line, a traceback, a log with several errors. */
import { at } from '../base/at.ts';
import type { Result } from '../base/result.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { ErrorKind } from '../protocol/explanation.ts';
import type { ErrorReading } from './kinds.ts';
import { placeInPlain, placesInSqueezed, plainText, squeezed } from './plain-text.ts';
import { LINE_SHAPES, SHAPES, type Shape } from './shapes.ts';
import { contextOf } from './traceback.ts';

/** Of an error's own text, white space left out: the longest that is known is 900. */
const LONGEST = 2_000;
/** Two beginnings that are no further apart are of one error, told twice. */
const SAME_WITHIN = 60;
/** Of a log that has more, the last ones are read. */
const MOST_ERRORS = 1_000;

interface Found {
  readonly kind: ErrorKind;
  readonly from: number;
  readonly to: number;
  /** Place in the list of shapes: the lower, the more it tells. */
  readonly rank: number;
}

/** An error with what it says. */
interface Read {
  readonly kind: ErrorKind;
  readonly from: number;
  readonly text: string;
  readonly figures: Figures;
}

/** An error, and where in the plain text it begins. */
export interface LocatedError {
  readonly reading: ErrorReading;
  readonly plain: string;
  readonly here: number;
}

export function readError(pasted: string): Result<ErrorReading, 'not-an-error'> {
  const found = locateError(pasted);
  return found.ok ? { ok: true, value: found.value.reading } : found;
}

export function locateError(pasted: string): Result<LocatedError, 'not-an-error'> {
  const plain = plainText(pasted);
  const dense = squeezed(plain);
  const all = errorsIn(plain, dense);
  const found = all.slice(-MOST_ERRORS);
  const errors = found.map(({ kind, from }, i): Read => {
    const text = dense.slice(from, Math.min(found[i + 1]?.from ?? Infinity, from + LONGEST));
    return { kind, from, text, figures: figuresOf(text) };
  });
  const first = errors[0];
  if (first === undefined) return { ok: false, reason: 'not-an-error' };
  const told = errors.reduce((most, one) => (figuresToldBy(one) >= figuresToldBy(most) ? one : most), first);
  const at = errors.indexOf(told);
  const bounds = [errors[at - 1]?.from ?? 0, told.from, errors[at + 1]?.from ?? dense.length] as const;
  const [before = 0, here = 0, after = 0] = bounds.map((place) => placeInPlain(plain, place));
  const context = contextOf(plain, { before, here, after }, told.kind, told.text);
  const reading = { kind: told.kind, ...told.figures, ...context, errors: all.length };
  return { ok: true, value: { reading, plain, here } };
}

/** In the order of the text, each once. */
function errorsIn(plain: string, dense: string): Found[] {
  const all = SHAPES.flatMap((shape, rank) => beginnings(shape, dense, rank));
  const ofLines = LINE_SHAPES.flatMap((shape, i) => beginnings(shape, plain, SHAPES.length + i)).sort(byPlace);
  const froms = placesInSqueezed(
    plain,
    ofLines.map(({ from }) => from),
  );
  const placed = ofLines.map((one, i) => ({ ...one, from: at(froms, i), to: at(froms, i) }));
  const each: Found[] = [];
  for (const one of [...all, ...placed].sort(byPlace)) {
    const last = each.at(-1);
    // What begins in the same way once more is another.
    if (last === undefined || one.from > last.to + SAME_WITHIN || one.rank === last.rank) each.push(one);
    else each[each.length - 1] = joined(last, one);
  }
  return each;
}

function beginnings({ kind, begins }: Shape, text: string, rank: number): Found[] {
  return [...text.matchAll(begins)].map(({ index, 0: { length } }) => ({
    kind,
    from: index,
    to: index + length,
    rank,
  }));
}

function byPlace(a: Found, b: Found): number {
  return a.from - b.from || a.rank - b.rank;
}

function joined(a: Found, b: Found): Found {
  const telling = a.rank <= b.rank ? a : b;
  return { ...telling, from: a.from, to: Math.max(a.to, b.to) };
}

function figuresToldBy({ figures }: Read): number {
  const { triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB } = figures;
  return [triedMiB, totalMiB, freeMiB, allocatedMiB, reservedMiB].filter((figure) => figure !== null).length;
}
