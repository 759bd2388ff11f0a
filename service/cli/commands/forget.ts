/** `headroom forget`: removes imported runs. */
import { removedInWords, storeNoticeInWords } from '../../words/index.ts';
import { openStore } from '../../store/store.ts';
import { readArgs } from '../args.ts';
import type { TimedIo } from '../io.ts';
import { misunderstood } from '../misunderstood.ts';
import { storeToRead } from '../stored.ts';
import type { Verb } from '../verb.ts';

export const VERB: Verb<'forget'> = {
  name: 'forget',
  arguments: [],
  options: { imported: null, key: 'HASH', 'data-dir': 'DIR' },
  answer: (args, world) => {
    const parsed = readArgs(args, VERB.options);
    if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
    // A word more, so that nobody loses by a slip what took hours to measure.
    if (!parsed.value.flag('imported')) return misunderstood(VERB.name, { code: 'forget-what' }, world);
    return forgetImported(parsed.value.text('data-dir') ?? world.defaultDataDir(), parsed.value.text('key'), world);
  },
};

/**
 * Removes what imports brought, of one set-up (its key, or the beginning of it) or of all; what was measured here
 * stays.
 */
function forgetImported(dataDir: string, key: string | null, io: TimedIo): number {
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
