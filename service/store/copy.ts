import { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrations.ts';

const TABLES = ['environments', 'runs', 'begun_runs', 'sessions'];

/** A database in memory with the rows of `source` (of the current schema), as far as they can be read. */
export function copyToMemory(source: DatabaseSync): DatabaseSync {
  const copy = new DatabaseSync(':memory:');
  migrate(copy);
  for (const table of TABLES) {
    try {
      for (const row of source.prepare(`SELECT * FROM ${table}`).iterate()) {
        const columns = Object.keys(row);
        const places = columns.map(() => '?').join(', ');
        copy.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).run(...Object.values(row));
      }
    } catch {
      // The rest of a table on a failing disk is gone; the other tables may still be read.
    }
  }
  return copy;
}
