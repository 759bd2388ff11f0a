import { openStoreToRead, type Store } from '../store/store.ts';
import { noStoreInWords } from '../words/index.ts';
import type { CliIo } from './io.ts';

/** The store in a folder for a command that only reads; null, with words, where there is nothing to read. */
export function storeToRead(command: string, dataDir: string, io: CliIo): Store | null {
  const opened = openStoreToRead(dataDir);
  if (opened.ok) return opened.value;
  io.err(`headroom ${command}: ${noStoreInWords(opened.reason, dataDir)}\n`);
  return null;
}
