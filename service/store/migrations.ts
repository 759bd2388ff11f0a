import { DatabaseSync } from 'node:sqlite';
import { numberIn } from './number-in.ts';

/** "Head" in ASCII: tells our files from any other SQLite database. */
export const APPLICATION_ID = 0x48656164;

/** From schema version n to n + 1, in order; a released one is never changed, only followed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE environments (
     key_hash TEXT PRIMARY KEY,
     seen_at_ms REAL NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE runs (
     run_id TEXT PRIMARY KEY,
     key_hash TEXT NOT NULL,
     session_id TEXT,
     started_at_ms REAL NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_key ON runs (key_hash, started_at_ms);
   CREATE INDEX runs_by_session ON runs (session_id, started_at_ms);
   CREATE TABLE sessions (
     session_id TEXT PRIMARY KEY,
     key_hash TEXT NOT NULL,
     started_at_ms REAL NOT NULL,
     state TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX sessions_by_key ON sessions (key_hash, started_at_ms);`,
  // What an import brought is told from what was measured here. All from before counts as measured here: nobody wrote
  // down which it was.
  `ALTER TABLE environments ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE runs ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
   DROP INDEX runs_by_key;
   CREATE INDEX runs_by_key ON runs (key_hash, imported, started_at_ms);
   CREATE INDEX runs_by_time ON runs (started_at_ms);`,
  // What was in use beside torch while the WebUI was idle, before any run.
  'ALTER TABLE environments ADD COLUMN idle TEXT;',
  // Runs that have begun, as they are kept should the sidecar that hears of them stop before their end.
  `CREATE TABLE begun_runs (
     run_id TEXT PRIMARY KEY,
     key_hash TEXT NOT NULL,
     sidecar_pid INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;`,
];
/** From version n for who may only read: views under the tables' names, as the migrations would leave them. */
const VIEWS: readonly string[] = [
  `CREATE TEMP VIEW environments AS SELECT *, 0 AS imported, NULL AS idle FROM main.environments;
   CREATE TEMP VIEW runs AS SELECT rowid, *, 0 AS imported FROM main.runs;`,
  'CREATE TEMP VIEW environments AS SELECT *, NULL AS idle FROM main.environments;',
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Whether the database is new, ours to migrate, or not ours (another program's, or a later version of this one). */
export function kindOf(database: DatabaseSync): 'new' | 'ours' | 'foreign' {
  const version = pragma(database, 'user_version');
  const tables = numberIn(database.prepare('SELECT count(*) FROM sqlite_schema').get());
  if (version === 0 && tables === 0) return 'new';
  return pragma(database, 'application_id') === APPLICATION_ID && version >= 1 && version <= SCHEMA_VERSION
    ? 'ours'
    : 'foreign';
}

/** Brings a new or older database to `SCHEMA_VERSION`, wholly or not at all. */
export function migrate(database: DatabaseSync): void {
  if (pragma(database, 'user_version') !== SCHEMA_VERSION) migrateTo(database, SCHEMA_VERSION);
}

/** Lets an older store be read as one of `SCHEMA_VERSION`, without a change to its file. */
export function viewAsCurrent(database: DatabaseSync): void {
  const views = VIEWS[pragma(database, 'user_version') - 1];
  if (views !== undefined) database.exec(views);
}

function migrateTo(database: DatabaseSync, version: number): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of MIGRATIONS.slice(pragma(database, 'user_version'), version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}; COMMIT`);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Whether tables and indexes are those of the store's version: with one of them gone or changed some later question
 * would fail.
 */
export function hasOwnShape(database: DatabaseSync): boolean {
  const fresh = new DatabaseSync(':memory:');
  try {
    migrateTo(fresh, pragma(database, 'user_version'));
    return shapeOf(database) === shapeOf(fresh);
  } finally {
    fresh.close();
  }
}

function shapeOf(database: DatabaseSync): string {
  const rows = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  return JSON.stringify(rows.map(({ name, sql }) => [name, sql]));
}

function pragma(database: DatabaseSync, name: string): number {
  return numberIn(database.prepare(`PRAGMA ${name}`).get());
}
