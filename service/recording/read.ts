import { jsonOf } from '../base/json.ts';
import { linesOf } from '../base/lines.ts';
import type { Result } from '../base/result.ts';
import { RECORDING_VERSION, lineSchema, type Header, type Line, type Recording } from './format.ts';

/** Of a line with 64 devices and as many programs. */
const MOST_LINE_CHARACTERS = 64 * 1024;
/** A week at ten a second. */
const MOST_LINES = 6_000_000;

/** `no-recording`: its first line is not a recording's. `damaged`: a line that is not the last cannot be read. */
export type Unreadable = 'no-recording' | 'later-version' | 'damaged';

/** @param pieces the text, cut anywhere. A last line that was cut short is left out. */
export async function readRecording(
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<Result<Recording, Unreadable>> {
  let header: Header | null = null;
  let torn = false;
  const lines: Line[] = [];
  for await (const text of linesOf(pieces, MOST_LINE_CHARACTERS)) {
    if (text !== null && text.trim() === '') continue;
    if (torn || lines.length > MOST_LINES) return { ok: false, reason: 'damaged' };
    const value = text === null ? null : jsonOf(text);
    if (header === null && isLater(value)) return { ok: false, reason: 'later-version' };
    const line = lineSchema.safeParse(value);
    torn = !line.success;
    if (header !== null) {
      if (line.success) lines.push(line.data);
      continue;
    }
    if (!line.success || line.data.type !== 'headroom-recording') return { ok: false, reason: 'no-recording' };
    header = line.data;
  }
  return header === null ? { ok: false, reason: 'no-recording' } : { ok: true, value: recordingOf(header, lines) };
}

export function recordingOf(header: Header, lines: readonly Line[]): Recording {
  const of = <Type extends Line['type']>(type: Type): Extract<Line, { type: Type }>[] =>
    lines.filter((line): line is Extract<Line, { type: Type }> => line.type === type);
  return {
    header,
    samples: of('sample'),
    programs: of('programs'),
    torch: of('torch'),
    torchFacts: of('torch-facts'),
    end: of('end').at(-1) ?? null,
  };
}

function isLater(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'headroom-recording' &&
    'schemaVersion' in value &&
    typeof value.schemaVersion === 'number' &&
    value.schemaVersion > RECORDING_VERSION
  );
}
