import { sessionSchema, type Session } from './session.ts';
import type { Tables } from './tables.ts';

/** The benchmarks of a store. */
export interface SessionRows {
  saveSession(session: Session): void;
  /**
   * Changes who holds a benchmark, in one step: false where it is not (any more) `from` who does, or the benchmark is
   * gone.
   */
  holdSession(sessionId: string, from: string | null, to: Session['heldBy']): boolean;
  /** The benchmark that may go on under a key: the last one, where it is open. */
  openSession(keyHash: string): Session | null;
}

const SAVE = `INSERT INTO sessions (session_id, key_hash, started_at_ms, state, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (session_id) DO UPDATE SET state = excluded.state, body = excluded.body`;
const HOLD =
  "UPDATE sessions SET body = json_set(body, '$.heldBy', json(?)) WHERE session_id = ? AND json_extract(body, " +
  "'$.heldBy.holder') IS ?";
const LAST = 'SELECT body FROM sessions WHERE key_hash = ? ORDER BY started_at_ms DESC, rowid DESC LIMIT 1';

export function createSessionRows(tables: Tables): SessionRows {
  return {
    saveSession: (session) => {
      const { sessionId, keyHash, startedAtMs, state } = session;
      tables.write(SAVE, sessionId, keyHash, startedAtMs, state, JSON.stringify(session));
    },
    holdSession: (sessionId, from, to) => tables.write(HOLD, JSON.stringify(to), sessionId, from) > 0,
    openSession: (keyHash) => {
      const [row] = tables.all(LAST, keyHash);
      const last = row === undefined ? null : tables.body(sessionSchema, row);
      return last?.state === 'open' ? last : null;
    },
  };
}
