import type { Readable } from 'node:stream';

const MOST_CHARACTERS = 1_024;

/** The first line of a stream, without its end; null where the stream ends, or grows too long, before there is one. */
export function firstLine(stream: Readable): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const done = (line: string | null): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      resolve(line);
    };
    const onData = (piece: Buffer | string): void => {
      text += piece.toString();
      const end = text.indexOf('\n');
      if (end >= 0) done(text.slice(0, end).trim());
      else if (text.length > MOST_CHARACTERS) done(null);
    };
    const onEnd = (): void => done(null);
    stream.on('data', onData);
    stream.on('end', onEnd);
  });
}
