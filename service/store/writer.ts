import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { copyToMemory } from './copy.ts';

export interface Write {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Writes to a file that are not lost while the process lives, nor afterwards if the file can be written again. */
export interface Writer {
  /** To read from: the file's, or, while that cannot be written, a copy in memory that has all there is. */
  readonly database: DatabaseSync;
  /** Why the file cannot be written, in SQLite's words; null while it can. */
  readonly failure: string | null;
  /** @returns how many rows it changed. */
  write(sql: string, ...values: SQLInputValue[]): number;
  /**
   * The same for many: as one transaction, so that others who write wait once and shortly, and not between each two.
   */
  writeMany(all: readonly Write[]): number;
  /** Puts what is in the journal into the file; false where not all could be, and where the file cannot be written. */
  settle(): boolean;
  close(): void;
}

/** A full disk would be tried with all of them each time. */
const MOST_BETWEEN_TRIES = 64;

/** The work goes on in a copy while the file cannot be written. */
interface InMemory {
  readonly database: DatabaseSync;
  /** What the file has missed. */
  readonly missed: Write[];
  readonly failure: string;
  /** So many missed writes, and the file is tried again. */
  tryAt: number;
}

/**
 * A disk may fill up at any time, and another program hold the file: the work goes on in memory, from a copy of what
 * was there. With the next write, and then ever more seldom, and at the end, the file is tried again with all that it
 * missed, in one transaction.
 * @param busyMs that a write waits for another process; only the first that fails does.
 */
export function createWriter(file: DatabaseSync, busyMs: number): Writer {
  let memory: InMemory | null = null;

  function catchUp(): void {
    if (memory === null) return;
    try {
      runInOne(file, memory.missed);
    } catch {
      const { length } = memory.missed;
      memory.tryAt = length + Math.min(length, MOST_BETWEEN_TRIES);
      return;
    }
    memory.database.close();
    memory = null;
    file.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }

  function toFileOrMemory(all: readonly Write[], toFile: () => number): number {
    if (memory === null) {
      try {
        return toFile();
      } catch (error) {
        memory = goOnInMemory(file, error);
      }
    }
    const { database, missed } = memory;
    const changes = runAll(database, all);
    missed.push(...all);
    if (missed.length >= memory.tryAt) catchUp();
    return changes;
  }

  return {
    get database() {
      return memory?.database ?? file;
    },
    get failure() {
      return memory?.failure ?? null;
    },
    write: (sql, ...values) => {
      const wanted = [{ sql, values }];
      return toFileOrMemory(wanted, () => runAll(file, wanted));
    },
    writeMany: (all) => toFileOrMemory(all, () => runInOne(file, all)),
    settle: () => memory === null && checkpoint(file),
    close: () => {
      catchUp();
      memory?.database.close();
      try {
        file.close();
      } catch (error) {
        // Closing writes the journal back, which a failing disk refuses.
        if (memory === null) throw error;
      }
    },
  };
}

function goOnInMemory(file: DatabaseSync, error: unknown): InMemory {
  const database = copyToMemory(file);
  file.exec('PRAGMA busy_timeout = 0');
  return { database, missed: [], failure: error instanceof Error ? error.message : String(error), tryAt: 2 };
}

function checkpoint(file: DatabaseSync): boolean {
  try {
    const { busy, log, checkpointed } = file.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {};
    return busy === 0 && log === checkpointed;
  } catch {
    // A full disk: the journal has it all, and is as good to us.
    return false;
  }
}

/** All to the file or, where it throws, none. */
function runInOne(file: DatabaseSync, all: readonly Write[]): number {
  try {
    file.exec('BEGIN IMMEDIATE');
    const changes = runAll(file, all);
    file.exec('COMMIT');
    return changes;
  } catch (error) {
    if (file.isTransaction) file.exec('ROLLBACK');
    throw error;
  }
}

/** @returns how many rows they changed. */
function runAll(database: DatabaseSync, all: readonly Write[]): number {
  const statements = new Map<string, StatementSync>();
  return all.reduce((sum, { sql, values }) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return sum + Number(statement.run(...values).changes);
  }, 0);
}
