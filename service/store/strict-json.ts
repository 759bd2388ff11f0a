/** JSON from strangers: what readers of JSON understand in different ways, or not at all, is refused. */

import type { Result } from '../base/result.ts';

/**
 * A string, and the colon behind it where it is a name. One without an end goes to the text's, lest it be looked for
 * again from each quote.
 */
const STRINGS = /"(?:[^"\\]|\\[^]?)*(?:"\s*(:?)|$)/g;
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype'];

class Refused extends Error {}

/**
 * Beyond what JSON.parse refuses: names of a prototype, a name given twice in one object, halves of characters, and
 * NUL.
 */
export function parseStrictly(text: string): Result<unknown, string> {
  let names = 0;

  function check(this: unknown, key: string, value: unknown): unknown {
    if (PROTOTYPE_NAMES.includes(key)) throw new Refused(`the name "${key}" is not allowed`);
    if (!Array.isArray(this)) names += 1;
    for (const part of [key, value]) {
      if (typeof part !== 'string') continue;
      if (!part.isWellFormed()) throw new Refused('a text holds half of a character');
      if (part.includes('\0')) throw new Refused('a text holds a NUL character');
    }
    return value;
  }

  try {
    const value: unknown = JSON.parse(text, check);
    // The outermost value counts as one without a name.
    if ([...text.matchAll(STRINGS)].filter(([, colon]) => colon === ':').length > names - 1)
      throw new Refused('a name is given twice in one object');
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    if (error instanceof RangeError) return { ok: false, reason: 'nested too deeply' };
    return { ok: false, reason: /[\0\uFFFD]/.test(text) ? 'not JSON, nor text in UTF-8' : 'not JSON' };
  }
}
