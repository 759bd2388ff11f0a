import { isDeepStrictEqual } from 'node:util';
import { atOnce, inTurns } from '../base/steps.ts';
import type { Run } from '../recorder/run.ts';
import type { StoredRun } from '../store/run-rows.ts';
import type { Store } from '../store/store.ts';
import { readAnew, readNewest, readSince, type Own, type OwnSource } from './reading-runs.ts';

/** What is stored of one set-up. The same object until that changes. */
export interface History {
  /**
   * Measured here, oldest first, those that a later benchmark has replaced marked so; of thousands the newest,
   * benchmark's and ordinary ones each, and what bounds the estimates.
   */
  readonly runs: readonly Run[];
  /** All of them. */
  readonly stored: number;
  /** What imports brought, oldest first; of thousands the newest. The same object until that changes. */
  readonly imported: readonly Run[];
  readonly importedStored: number;
}

export interface Histories {
  /**
   * Another text once anything was stored, of whatever key, by this process, or by another and `refresh` has seen it.
   */
  readonly revision: string;
  of(keyHash: string): History;
  /** Whether a key may have at least so many runs: false spares the reading. */
  has(keyHash: string, atLeast: number): boolean;
  /** More has changed than could be read without keeping others waiting: `refresh` will. */
  readonly behind: boolean;
  /** Reads what other processes have changed, some runs at a time; until it is done the histories stay as they were. */
  refresh(): Promise<void>;
}

/** Own and imported ones, oldest first. */
export function allOf({ runs, imported }: History): StoredRun[] {
  const all = [...runs.map((run) => ({ run, imported: false })), ...imported.map((run) => ({ run, imported: true }))];
  return imported.length === 0 ? all : all.sort((a, b) => a.run.startedAtMs - b.run.startedAtMs);
}

/** Runs whose device may stand for this one's: what was measured here, else what an import brought. */
export function lastKnownIn(history: History | null): readonly Run[] {
  if (history === null) return [];
  return history.runs.length > 0 ? history.runs : history.imported;
}

const MOST_IMPORTED = 100;
/** A set-up, the one that it is like, and what was tried before that. */
const MOST_KEYS = 4;
/** Read from the first by whoever waits for them, a tenth of a second or less: more are left to `refresh`. */
const MOST_ANEW = 3_000;
/** What the calibration of a set-up is worked out from. */
export type ReadHistories = Pick<Histories, 'revision' | 'of' | 'has'>;

export type HistorySource = OwnSource & Pick<Store, 'ownWrites' | 'ownRemovals' | 'newestImported' | 'has'>;
type Imported = Pick<History, 'imported' | 'importedStored'>;

interface Held {
  readonly ownWrites: number;
  readonly ownRemovals: number;
  readonly own: Own;
  readonly history: History;
}

/**
 * Reads the runs of a key once, and from then on those that came since: whoever generates all day has thousands of
 * them, and each new one changes fit, table and curves. What another process writes, an import may be a hundred
 * thousand runs, is read in `refresh`; and so is what lies before the newest of tens of thousands.
 *
 * Long, for its parts share the state that is kept here; none of them is.
 * @param pause lets others have their turn; null where nobody waits, and all is read at once.
 */
export function createHistories(store: HistorySource, pause: (() => Promise<void>) | null = null): Histories {
  const byKey = new Map<string, Held>();
  let refreshes = 0;
  let behind = false;
  const turn = pause ?? nextTurn;

  function keep(keyHash: string, own: Own, given: Imported | null): History {
    const before = byKey.get(keyHash)?.history ?? null;
    const history = sameOr(before, { ...(given ?? importedOf(store, keyHash)), runs: own.runs, stored: own.stored });
    const { ownWrites, ownRemovals } = store;
    byKey.delete(keyHash);
    byKey.set(keyHash, { ownWrites, ownRemovals, own, history });
    for (const key of byKey.keys()) if (byKey.size > MOST_KEYS) byKey.delete(key);
    return history;
  }

  function of(keyHash: string): History {
    const held = byKey.get(keyHash);
    if (held === undefined) return keep(keyHash, readFirst(keyHash), null);
    const { ownWrites, ownRemovals } = store;
    if (held.ownWrites === ownWrites) return held.history;
    const imported = held.ownRemovals === ownRemovals ? held.history : null;
    const since = held.own.partly ? null : atOnce(readSince(store, keyHash, held.own));
    if (since !== null) return keep(keyHash, since, imported);
    if (held.own.partly || !isTooMany(keyHash)) return keep(keyHash, readFirst(keyHash), imported);
    behind = true;
    byKey.set(keyHash, { ...held, ownWrites });
    return held.history;
  }

  function isTooMany(keyHash: string): boolean {
    return pause !== null && store.ownMark(keyHash, 0).rows > MOST_ANEW;
  }

  function readFirst(keyHash: string): Own {
    if (!isTooMany(keyHash)) return atOnce(readAnew(store, keyHash));
    behind = true;
    return readNewest(store, keyHash);
  }

  return {
    get revision() {
      return `${store.ownWrites} ${refreshes}`;
    },
    get behind() {
      return behind;
    },
    of,
    has: (keyHash, atLeast) => store.has(keyHash, atLeast),
    refresh: async () => {
      behind = false;
      for (const [keyHash, { own }] of [...byKey]) {
        const read =
          (own.partly ? null : await inTurns(readSince(store, keyHash, own), turn, 0)) ??
          (await inTurns(readAnew(store, keyHash), turn, 0));
        // Meanwhile this process may have written.
        const now = atOnce(readSince(store, keyHash, read));
        if (now === null) behind = true;
        await turn();
        keep(keyHash, now ?? read, null);
      }
      refreshes += 1;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function importedOf(store: HistorySource, keyHash: string): Imported {
  const { runs, stored } = store.newestImported(keyHash, MOST_IMPORTED);
  return { imported: runs, importedStored: stored };
}

/** Something else may have been written: whoever works from what is the same need not begin again. */
function sameOr(before: History | null, now: History): History {
  if (before === null) return now;
  const runs = before.stored === now.stored && isDeepStrictEqual(before.runs, now.runs) ? before.runs : now.runs;
  const imported = isDeepStrictEqual(before.imported, now.imported) ? before.imported : now.imported;
  const same = runs === before.runs && imported === before.imported && before.importedStored === now.importedStored;
  return same ? before : { ...now, runs, imported };
}
