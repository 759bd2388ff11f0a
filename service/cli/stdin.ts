import type { Readable } from 'node:stream';
import { createLineSplitter } from '../base/lines.ts';

const MOST_CHARACTERS = 1_024;

/** The first line of a stream, without its end; null where the stream ends, or grows too long, before there is one. */
export function firstLine(stream: Readable): Promise<string | null> {
  return new Promise((resolve) => {
    // Not an iterator: leaving one would close the stream, whose end has a meaning of its own.
    const splitter = createLineSplitter(MOST_CHARACTERS, (line) => done(line?.trim() ?? null));
    const done = (line: string | null): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      resolve(line);
    };
    const onData = (piece: Buffer | string): void => splitter.feed(piece.toString());
    const onEnd = (): void => done(null);
    stream.on('data', onData);
    stream.on('end', onEnd);
  });
}
