/**
 * A language of which every text stands in brackets: what is shown without them was not made of words/. It has the
 * shape that each language must have, or it would not compile.
 */
import * as en from '../../../service/words/en/index.ts';
import type { Words } from '../../../service/words/index.ts';

const OPEN = '\u27E6';
const CLOSE = '\u27E7';
const INNERMOST = new RegExp(`${OPEN}[^${OPEN}${CLOSE}]*${CLOSE}`, 'g');

/** Texts in lists and records too, and what functions give. */
export function inBrackets<T>(value: T): T {
  return bracketed(value) as T;
}

function bracketed(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : `${OPEN}${value}${CLOSE}`;
  if (typeof value === 'function')
    return (...args: readonly unknown[]) => bracketed((value as (...all: readonly unknown[]) => unknown)(...args));
  if (Array.isArray(value)) return value.map(bracketed);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bracketed(one)]));
  return value;
}

/** But for what it calls itself: nobody reads that. */
export const PSEUDO: Words = { ...inBrackets({ ...en }), LANGUAGE: en.LANGUAGE };

/** What of a text stands outside of brackets and is none of `data`, as far as it has letters; empty where nothing. */
export function strayIn(text: string, data: readonly string[]): string {
  let rest = text;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(INNERMOST, ' ');
  }
  for (const one of data.toSorted((a, b) => b.length - a.length)) if (one !== '') rest = rest.replaceAll(one, ' ');
  return /\p{L}/u.test(rest) ? rest.replaceAll(/\s+/g, ' ').trim() : '';
}
