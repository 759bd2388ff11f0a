import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type * as z from 'zod';
import { bodyOf } from './body.ts';
import { numberIn } from './number-in.ts';
import type { Write, Writer } from './writer.ts';

type Row = Record<string, SQLOutputValue>;

/** How all tables are read and written. */
export interface Tables {
  all(sql: string, ...values: SQLInputValue[]): Row[];
  /** One by one, for what may be many. */
  each(sql: string): Iterable<Row>;
  /** What a query for one number gives. */
  number(sql: string, ...values: SQLInputValue[]): number;
  /** What a row holds as JSON; null where it cannot be read. */
  body<T>(schema: z.ZodType<T>, row: Row): T | null;
  /** @returns how many rows it changed. */
  write(sql: string, ...values: SQLInputValue[]): number;
  /** The same for many, as one transaction. */
  writeMany(all: readonly Write[]): number;
  /** Grows with each write. */
  readonly writes: number;
}

/** @param tellUnreadable that an entry cannot be read, and is left out. */
export function createTables(writer: Writer, tellUnreadable: () => void): Tables {
  let writes = 0;
  const prepared = (sql: string): ReturnType<DatabaseSync['prepare']> => writer.database.prepare(sql);
  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    each: (sql) => prepared(sql).iterate(),
    number: (sql, ...values) => numberIn(prepared(sql).get(...values)),
    body: (schema, row) => {
      const body = bodyOf(schema, row['body']);
      // A damaged entry stays where it is: an import into a later version may still read it.
      if (body === null) tellUnreadable();
      return body;
    },
    write: (sql, ...values) => {
      writes += 1;
      return writer.write(sql, ...values);
    },
    writeMany: (all) => {
      writes += 1;
      return writer.writeMany(all);
    },
    get writes() {
      return writes;
    },
  };
}
