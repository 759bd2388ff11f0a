import { constants, createReadStream, openSync, statSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FileProblemCode } from '../words/mistake.ts';
import { FileRefused } from './file-problem.ts';

/** A pipe's other end may be a program that has to fetch what it writes, or nobody. */
export const MOST_SILENCE_MS = 30_000;

/**
 * The text of a file, or of a pipe that somebody writes to, piece by piece.
 * @throws FileRefused what cannot be read: what has no end is never begun, and a pipe is not waited for for ever.
 */
export async function* piecesOf(path: string, mostSilenceMs = MOST_SILENCE_MS): AsyncGenerator<string> {
  const stats = statSync(path);
  if (stats.isFIFO() && process.platform !== 'win32') yield* withLimit(pipeAt(path), mostSilenceMs);
  else {
    const problem = notToRead(stats);
    if (problem !== null) throw new FileRefused({ code: problem });
    yield* createReadStream(path, 'utf8') as AsyncIterable<string>;
  }
}

function notToRead(stats: Stats): FileProblemCode | null {
  if (stats.isFile() || stats.isFIFO()) return null;
  return stats.isDirectory() ? 'import-of-a-folder' : 'import-of-a-device';
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
    stream.destroy(new FileRefused({ code: 'silent-pipe', silentMs: mostSilenceMs })),
  );
  yield* stream as AsyncIterable<string>;
}
