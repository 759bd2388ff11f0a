import { constants, createReadStream, openSync, statSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A pipe's other end may be a program that has to fetch what it writes, or nobody. */
export const MOST_SILENCE_MS = 30_000;

const SAVE_IT = 'Save the export as a file, and name that';

/**
 * The text of a file, or of a pipe that somebody writes to, piece by piece.
 * @throws what cannot be read, with the way out: what has no end is never begun, and a pipe is not waited for for ever.
 */
export async function* piecesOf(path: string, mostSilenceMs = MOST_SILENCE_MS): AsyncGenerator<string> {
  const stats = statSync(path);
  if (stats.isFIFO() && process.platform !== 'win32') yield* withLimit(pipeAt(path), mostSilenceMs);
  else {
    const problem = notToRead(stats);
    if (problem !== null) throw new Error(problem);
    yield* createReadStream(path, 'utf8') as AsyncIterable<string>;
  }
}

function notToRead(stats: Stats): string | null {
  if (stats.isFile() || stats.isFIFO()) return null;
  return stats.isDirectory() ? 'it is a folder. Name the file in it' : `it is a device and no file. ${SAVE_IT}`;
}

/** Opened so that it waits for nobody: a thread that waits for the other end could not be called back. */
function pipeAt(path: string): Socket {
  return new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  }).setEncoding('utf8');
}

async function* withLimit(
  stream: Readable & Pick<Socket, 'setTimeout'>,
  mostSilenceMs: number,
): AsyncGenerator<string> {
  stream.setTimeout(mostSilenceMs, () =>
    stream.destroy(new Error(`nothing was written to this pipe for ${mostSilenceMs / 1000} s. ${SAVE_IT}`)),
  );
  yield* stream as AsyncIterable<string>;
}
