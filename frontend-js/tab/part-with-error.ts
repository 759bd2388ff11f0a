/** Of a log that is too long to send, the part that is read. */
import type { MAX_ERROR_TEXT as ServiceMaxErrorText } from '../../service/protocol/limits.ts';

/** Another bound than the sidecar's is a type error. */
const MAX_ERROR_TEXT: typeof ServiceMaxErrorText = 10_000;
/** What an error has in it, the plainest first. */
const SIGNS = [/out ?of ?memory|not enough memory/gi, /alloc/gi] as const;
/** Behind such a sign: the rest of its message. */
const BEHIND = 2_000;

/** Around the last sign of an error; else the end, where errors stand. */
export function partWithError(text: string): string {
  if (text.length <= MAX_ERROR_TEXT) return text;
  const last = SIGNS.map((sign) => [...text.matchAll(sign)].at(-1)?.index).find((at) => at !== undefined);
  const end = Math.min(text.length, Math.max(MAX_ERROR_TEXT, (last ?? text.length) + BEHIND));
  return text.slice(end - MAX_ERROR_TEXT, end);
}
