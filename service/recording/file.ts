/** A recording's file: under another name until it is whole. */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { jsonLine } from '../store/json-line.ts';
import type { Line } from './format.ts';

export interface RecordingFile {
  /** The first error is kept, and nothing is written any more: the program goes on. */
  write(line: Line): void;
  /** Gives the file its name; what could not be written, or null. */
  finish(): unknown;
  /** Nothing of it stays. */
  discard(): void;
}

/** So much of a disk is asked for beforehand, in bytes: enough for a few minutes. */
const ROOM_BYTES = 256 * 1024;

/**
 * Throws where it cannot be written: no such folder, not allowed, no room, or there already (unless `force`).
 * @param header its first line, which is on the disk when this returns.
 */
export function createRecordingFile(
  path: string,
  header: Line,
  force: boolean,
  write: typeof writeSync = writeSync,
): RecordingFile {
  if (!force && existsSync(path)) throw Object.assign(new Error('it is there already'), { code: 'EEXIST' });
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  const descriptor = openSync(part, 'wx');
  let bytes = 0;
  let failure: { readonly error: unknown } | null = null;

  function append(line: Line): void {
    const text = Buffer.from(jsonLine(line));
    writeAt(write, descriptor, text, bytes);
    bytes += text.length;
  }

  function discard(): void {
    closeSync(descriptor);
    rmSync(part, { force: true });
  }

  function keepWhole(error: unknown): void {
    failure ??= { error };
    // Of a line that found no room a piece may have.
    ftruncateSync(descriptor, bytes);
  }

  try {
    append(header);
    writeAt(write, descriptor, Buffer.alloc(ROOM_BYTES), bytes);
    fsyncSync(descriptor);
    ftruncateSync(descriptor, bytes);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    write: (line) => {
      if (failure !== null) return;
      try {
        append(line);
      } catch (error) {
        keepWhole(error);
      }
    },
    finish: () => {
      try {
        fsyncSync(descriptor);
        closeSync(descriptor);
        renameSync(part, path);
      } catch (error) {
        failure ??= { error };
      }
      return failure?.error ?? null;
    },
    discard,
  };
}

function writeAt(write: typeof writeSync, descriptor: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length;)
    written += write(descriptor, bytes, written, bytes.length - written, position + written);
}
