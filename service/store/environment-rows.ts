import * as z from 'zod';
import { LOADED } from '../memory/ledger.ts';
import { mibSchema } from '../protocol/run.ts';
import { storedEnvironmentSchema, type StoredEnvironment } from '../recorder/run.ts';
import type { Tables } from './tables.ts';
import type { Write } from './writer.ts';

export interface KnownEnvironment {
  readonly keyHash: string;
  readonly seenAtMs: number;
  /** By an import alone: no WebUI has told it here. */
  readonly imported: boolean;
  readonly environment: StoredEnvironment;
}

const idleMemorySchema = z.strictObject({
  totalMiB: mibSchema,
  usableMiB: mibSchema,
  otherMiB: mibSchema,
  /** Older entries have none. */
  loaded: z.enum(LOADED).default('all'),
});
/**
 * Of the device while the WebUI was idle; `otherMiB` is all that was in use beside torch, `loaded` as in the ledger.
 */
export type IdleMemory = z.infer<typeof idleMemorySchema>;

/** The set-ups of a store, by key. */
export interface EnvironmentRows {
  /** As a WebUI has told it here. */
  saveEnvironment(keyHash: string, environment: StoredEnvironment, atMs: number): void;
  /** Those that were told here before those that were imported, each last seen first: at most `most`. */
  environments(most?: number): KnownEnvironment[];
  /** Null where the key's is not stored, or cannot be read. */
  environment(keyHash: string): StoredEnvironment | null;
  /** As it was last, of a set-up that a WebUI has told here. */
  saveIdleMemory(keyHash: string, memory: IdleMemory): void;
  /** Null where none was kept. */
  idleMemory(keyHash: string): IdleMemory | null;
  /** Descriptions of a file, in one step. None replaces what a WebUI has told here, nor what is newer. */
  takeOverEnvironments(environments: readonly KnownEnvironment[]): void;
}

const SAVE = `INSERT INTO environments (key_hash, seen_at_ms, body) VALUES (?, ?, ?)
  ON CONFLICT (key_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, body = excluded.body, imported = 0`;
const TAKE_OVER = `INSERT INTO environments (key_hash, seen_at_ms, body, imported) VALUES (?, ?, ?, ?)
  ON CONFLICT (key_hash) DO UPDATE SET
    seen_at_ms = excluded.seen_at_ms, body = excluded.body, imported = excluded.imported
  WHERE environments.imported = 1 AND (excluded.imported = 0 OR excluded.seen_at_ms > environments.seen_at_ms)`;
const NEWEST =
  'SELECT key_hash, seen_at_ms, body, imported FROM environments ORDER BY imported, seen_at_ms DESC, key_hash LIMIT ?';

export function createEnvironmentRows(tables: Tables): EnvironmentRows {
  return {
    saveEnvironment: (keyHash, environment, atMs) =>
      void tables.write(SAVE, keyHash, atMs, JSON.stringify(environment)),
    environments: (most = -1) =>
      tables.all(NEWEST, most).flatMap((row) => {
        const environment = tables.body(storedEnvironmentSchema, row);
        if (environment === null) return [];
        const [keyHash, seenAtMs] = [String(row['key_hash']), Number(row['seen_at_ms'])];
        return [{ keyHash, seenAtMs, imported: row['imported'] === 1, environment }];
      }),
    environment: (keyHash) => {
      const [row] = tables.all('SELECT body FROM environments WHERE key_hash = ?', keyHash);
      return row === undefined ? null : tables.body(storedEnvironmentSchema, row);
    },
    saveIdleMemory: (keyHash, memory) =>
      void tables.write('UPDATE environments SET idle = ? WHERE key_hash = ?', JSON.stringify(memory), keyHash),
    idleMemory: (keyHash) => {
      const [row] = tables.all(
        'SELECT idle AS body FROM environments WHERE key_hash = ? AND idle IS NOT NULL',
        keyHash,
      );
      return row === undefined ? null : tables.body(idleMemorySchema, row);
    },
    takeOverEnvironments: (environments) => void tables.writeMany(environments.map(takingOver)),
  };
}

function takingOver({ keyHash, seenAtMs, environment, imported }: KnownEnvironment): Write {
  return { sql: TAKE_OVER, values: [keyHash, seenAtMs, JSON.stringify(environment), Number(imported)] };
}
