import type { ReadFailure } from '../store/to-read.ts';
import { openStoreToRead, type Store } from '../store/store.ts';
import type { CliIo } from './io.ts';

const PROBLEMS: Readonly<Record<ReadFailure, (dataDir: string) => string>> = {
  absent: (dataDir) =>
    `there is no store in ${dataDir}. Name the right folder with --data-dir (in a WebUI: its data folder's "headroom")`,
  unreadable: (dataDir) => `the store in ${dataDir} cannot be read. It may be another user's`,
  damaged: (dataDir) =>
    `the store in ${dataDir} is damaged. A WebUI that uses it sets it aside at its next start, and begins a new one`,
  foreign: (dataDir) => `the store in ${dataDir} is another program's, or a later version's`,
};

/** The store in a folder for a command that only reads; null, with words, where there is nothing to read. */
export function storeToRead(command: string, dataDir: string, io: CliIo): Store | null {
  const opened = openStoreToRead(dataDir);
  if (opened.ok) return opened.value;
  io.err(`headroom ${command}: ${PROBLEMS[opened.reason](dataDir)}.\n`);
  return null;
}
