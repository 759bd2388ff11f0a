import { removedInWords, storeNoticeInWords } from '../words/index.ts';
import { openStore } from '../store/store.ts';
import type { TimedIo } from './io.ts';
import { storeToRead } from './stored.ts';

/**
 * Removes what imports brought, of one set-up (its key, or the beginning of it) or of all; what was measured here
 * stays.
 */
export function forgetImported(dataDir: string, key: string | null, io: TimedIo): number {
  const readable = storeToRead('forget', dataDir, io);
  if (readable === null) return 1;
  const keyHash =
    key === null ? null : (readable.environments().find((one) => one.keyHash.startsWith(key))?.keyHash ?? key);
  readable.close();
  const store = openStore(dataDir, io.nowMs());
  const runs = store.forget(keyHash, 'imported');
  store.close();
  if (!store.persistent) {
    for (const notice of store.notices) io.err(`headroom forget: ${storeNoticeInWords(notice)}\n`);
    return 1;
  }
  io.out(`${removedInWords(runs)}\n`);
  return 0;
}
