import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../recorder/run.ts';
import type { Store } from '../store/store.ts';
import { markSuperseded } from './superseded.ts';

/** What is stored of one set-up. The same object until that changes. */
export interface History {
  /** Oldest first, those that a later benchmark has replaced marked so; of thousands the newest, benchmark's and ordinary ones each. */
  readonly runs: readonly Run[];
  /** All of them. */
  readonly stored: number;
}

export interface Histories {
  /** Another text once anything was stored, of whatever key, by this process or another. */
  readonly revision: string;
  of(keyHash: string): History;
}

/** More than fit, table and drift look at. Some 3 KB each. */
const MOST_OF_EACH = 200;
/** A set-up, the one that it is like, and what was tried before that. */
const MOST_KEYS = 4;

interface Held {
  readonly revision: string;
  readonly epoch: string;
  readonly place: number;
  readonly history: History;
}

const NOTHING = { place: 0, history: { runs: [], stored: 0 } };

/**
 * Reads the runs of a key once, and from then on those that came since: whoever generates all day has thousands of them, and each new one
 * changes fit, table and curves.
 */
export function createHistories(store: Pick<Store, 'revision' | 'epoch' | 'runsAfter'>): Histories {
  const byKey = new Map<string, Held>();

  function of(keyHash: string): History {
    const { revision, epoch } = store;
    const held = byKey.get(keyHash);
    if (held?.revision === revision) return held.history;
    const known = held?.epoch === epoch ? held : NOTHING;
    // Of an import, or since a clock was put back: their order is another than that of their arrival.
    const read = readOn(known, store.runsAfter(keyHash, known.place)) ?? readOn(NOTHING, store.runsAfter(keyHash, 0));
    if (read === null) throw new Error('a store gives its runs oldest first');
    // Another process may have written something else: whoever works from this history need not begin again.
    const history = held !== undefined && isDeepStrictEqual(held.history, read.history) ? held.history : read.history;
    byKey.delete(keyHash);
    byKey.set(keyHash, { revision, epoch, place: read.place, history });
    for (const key of byKey.keys()) if (byKey.size > MOST_KEYS) byKey.delete(key);
    return history;
  }

  return {
    get revision() {
      return store.revision;
    },
    of,
  };
}

/** @returns null where one began before the last that is known. */
function readOn(known: Pick<Held, 'place' | 'history'>, added: Iterable<readonly [place: number, run: Run]>): Pick<Held, 'place' | 'history'> | null {
  let { place } = known;
  let { stored } = known.history;
  let runs: Run[] | null = null;
  for (const [at, run] of added) {
    runs ??= [...known.history.runs];
    if (run.startedAtMs < (runs.at(-1)?.startedAtMs ?? 0)) return null;
    runs.push(run);
    stored += 1;
    place = Math.max(place, at);
    if (runs.length > 4 * MOST_OF_EACH) runs = newest(markSuperseded(runs));
  }
  return runs === null ? known : { place, history: { runs: markSuperseded(runs), stored } };
}

/** @param runs with the marks of what they say together: of those that go nothing more is asked. */
function newest(runs: readonly Run[]): Run[] {
  const counts = { ordinary: 0, benchmark: 0 };
  const kept = runs.toReversed().filter(({ origin }) => (counts[origin === 'ordinary' ? 'ordinary' : 'benchmark'] += 1) <= MOST_OF_EACH);
  return kept.toReversed();
}
