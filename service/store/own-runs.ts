import { runSchema, type Run } from '../recorder/run.ts';
import type { Tables } from './tables.ts';

/** A row of a key's own runs; `run` is null where it cannot be read. */
export interface OwnRow {
  readonly place: number;
  readonly runId: string;
  readonly startedAtMs: number;
  readonly run: Run | null;
}

/** What tells whether the own runs of a key are still those that were read. */
interface OwnMark {
  readonly rows: number;
  /** Id of the run at a place; null where there is none. */
  readonly runIdAt: string | null;
}

/** The runs of a store that were measured here, in parts: there may be many. */
export interface OwnRuns {
  /** How many of a key's own there are, and which is at a place. */
  ownMark(keyHash: string, place: number): OwnMark;
  /** A key's own that came after a place, in the order of their coming: at most `most`. */
  ownAfter(keyHash: string, place: number, most: number): OwnRow[];
  /** A key's own, oldest first, behind one of them (null: from the first): at most `most`. */
  ownFrom(keyHash: string, behind: Pick<OwnRow, 'place' | 'startedAtMs'> | null, most: number): OwnRow[];
  /** A key's newest own, oldest first. */
  ownNewest(keyHash: string, most: number): OwnRow[];
}

const AT = 'SELECT run_id FROM runs WHERE rowid = ? AND key_hash = ? AND imported = 0';
const COUNT = 'SELECT count(*) FROM runs WHERE key_hash = ? AND imported = 0';
const OWN = 'SELECT rowid AS place, run_id, started_at_ms, body FROM runs WHERE key_hash = ? AND imported = 0';
// By `+` not the table's own order serves but the index, in which what an import brought lies apart: that may be all
// there is since.
const AFTER = `${OWN} AND +rowid > ? ORDER BY +rowid LIMIT ?`;
const FROM = `${OWN} AND (started_at_ms, rowid) > (?, ?) ORDER BY started_at_ms, rowid LIMIT ?`;
const NEWEST = `${OWN} ORDER BY started_at_ms DESC, rowid DESC LIMIT ?`;

export function createOwnRuns(tables: Tables): OwnRuns {
  const rows = (sql: string, ...values: (string | number)[]): OwnRow[] =>
    tables.all(sql, ...values).map((row) => ({
      place: Number(row['place']),
      runId: String(row['run_id']),
      startedAtMs: Number(row['started_at_ms']),
      run: tables.body(runSchema, row),
    }));
  return {
    ownMark: (keyHash, place) => {
      const [at] = tables.all(AT, place, keyHash);
      return { rows: tables.number(COUNT, keyHash), runIdAt: at === undefined ? null : String(at['run_id']) };
    },
    ownAfter: (keyHash, place, most) => rows(AFTER, keyHash, place, most),
    ownFrom: (keyHash, behind, most) => rows(FROM, keyHash, behind?.startedAtMs ?? -1, behind?.place ?? 0, most),
    ownNewest: (keyHash, most) => rows(NEWEST, keyHash, most).reverse(),
  };
}
