/** Of a log that is too long to send, the part that is read. */
import type { MAX_ERROR_TEXT as ServiceMaxErrorText } from '../../service/protocol/limits.ts';

/** Another bound than the sidecar's is a type error. */
const MAX_ERROR_TEXT: typeof ServiceMaxErrorText = 10_000;
/** What an error has in it, the plainest first. */
const SIGNS = [/out ?of ?memory|not enough memory/gi, /alloc/gi] as const;
/** Behind such a sign: the rest of its message. */
const BEHIND = 2_000;

/** What tells how the WebUI was started and what it loaded stands in other places of a log than its errors. */
const TELLING =
  /^.{0,40}(?:Launching Web UI with arguments|COMMANDLINE_ARGS|Creating model from config|Loading weights|Applying |[Vv]ersion: v).{0,300}/gm;
const MOST_TELLING = 3_000;

/** Around the last sign of an error, else the end, where errors stand; before it the last lines that tell of the start. */
export function partWithError(text: string): string {
  if (text.length <= MAX_ERROR_TEXT) return text;
  const last = SIGNS.map((sign) => [...text.matchAll(sign)].at(-1)?.index).find((at) => at !== undefined);
  const end = Math.min(text.length, Math.max(MAX_ERROR_TEXT, (last ?? text.length) + BEHIND));
  const told = tellingIn(text.slice(0, end - MAX_ERROR_TEXT));
  return told + text.slice(end - MAX_ERROR_TEXT + told.length, end);
}

function tellingIn(before: string): string {
  const lines = [...before.matchAll(TELLING)].map(([line]) => `${line}\n`);
  let told = '';
  for (const line of lines.reverse()) {
    if (told.length + line.length > MOST_TELLING) break;
    told = line + told;
  }
  return told;
}
