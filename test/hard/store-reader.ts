/** What the store holds, read past the sidecar that may be using it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Run } from '../../service/recorder/run.ts';
import type { Session } from '../../service/store/session.ts';

export interface Kept {
  /** In the order in which they were stored. */
  readonly runs: readonly Run[];
  readonly sessions: readonly Session[];
}

/** @param dataDir of the WebUI. */
export function readKept(dataDir: string): Kept {
  const database = new DatabaseSync(join(dataDir, 'headroom', 'headroom.sqlite'), { timeout: 5000 });
  try {
    const bodies = <T>(table: string) =>
      database
        .prepare(`SELECT body FROM ${table} ORDER BY rowid`)
        .all()
        .map((row) => JSON.parse(String(row['body'])) as T);
    return { runs: bodies('runs'), sessions: bodies('sessions') };
  } finally {
    database.close();
  }
}
