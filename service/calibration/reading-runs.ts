/** The runs of a key that were measured here, read some rows at a time. */
import type { Steps } from '../base/steps.ts';
import type { Run } from '../recorder/run.ts';
import type { OwnRow } from '../store/own-runs.ts';
import type { Store } from '../store/store.ts';
import { markSuperseded } from './marks.ts';
import { boundsAmong } from './observations.ts';

export type OwnSource = Pick<Store, 'ownMark' | 'ownAfter' | 'ownFrom' | 'ownNewest'>;

/** More than fit, table and drift look at. Some 3 KB each. */
const MOST_OF_EACH = 200;
/** They are read in a hundredth of a second or two. */
const ROWS_AT_ONCE = 100;
/** Of more, those that are read at once: enough to estimate from until all are read. */
const NEWEST_AT_ONCE = 1_000;

/** The own runs of a key as far as they were read. */
export interface Own {
  readonly runs: readonly Run[];
  readonly stored: number;
  /** Readable or not. */
  readonly rows: number;
  /** Of the run that came last. */
  readonly place: number;
  readonly runId: string | null;
  /** Only the newest were read, which is less than all. */
  readonly partly: boolean;
}

const NOTHING: Own = { runs: [], stored: 0, rows: 0, place: 0, runId: null, partly: false };

/** With each step some rows; null where what was read before is not the beginning of what is there now. */
export function* readSince(store: OwnSource, keyHash: string, before: Own): Steps<Own | null> {
  let own = before;
  if (own.rows > 0 && store.ownMark(keyHash, own.place).runIdAt !== own.runId) return null;
  for (;;) {
    const rows = store.ownAfter(keyHash, own.place, ROWS_AT_ONCE);
    let lastMs = own.runs.at(-1)?.startedAtMs ?? 0;
    // An import of old runs, or a clock that was put back: their order is another than that of their arrival.
    for (const { startedAtMs } of rows) {
      if (startedAtMs < lastMs) return null;
      lastMs = startedAtMs;
    }
    own = withRows(own, rows);
    if (rows.length < ROWS_AT_ONCE) break;
    yield;
  }
  return store.ownMark(keyHash, own.place).rows === own.rows ? marked(own) : null;
}

export function* readAnew(store: OwnSource, keyHash: string): Steps<Own> {
  let own = NOTHING;
  let behind: OwnRow | null = null;
  for (;;) {
    const rows = store.ownFrom(keyHash, behind, ROWS_AT_ONCE);
    own = withRows(own, rows);
    if (rows.length < ROWS_AT_ONCE) return marked(own);
    behind = rows.at(-1) ?? null;
    yield;
  }
}

export function readNewest(store: OwnSource, keyHash: string): Own {
  const read = withRows(NOTHING, store.ownNewest(keyHash, NEWEST_AT_ONCE));
  return { ...marked(read), stored: store.ownMark(keyHash, 0).rows, partly: true };
}

function withRows(own: Own, rows: readonly OwnRow[]): Own {
  const added = rows.flatMap(({ run }) => run ?? []);
  const runs = [...own.runs, ...added];
  const last = rows.reduce<OwnRow | null>(
    (latest, row) => (row.place > (latest?.place ?? own.place) ? row : latest),
    null,
  );
  return {
    runs: runs.length > 4 * MOST_OF_EACH ? newest(markSuperseded(runs)) : runs,
    stored: own.stored + added.length,
    rows: own.rows + rows.length,
    place: last?.place ?? own.place,
    runId: last?.runId ?? own.runId,
    partly: false,
  };
}

function marked(own: Own): Own {
  return { ...own, runs: markSuperseded(own.runs) };
}

/**
 * And, however old, what bounds the estimates: of settings that ran out of memory the failure and the success.
 * @param runs with the marks of what they say together: of those that go nothing more is asked.
 */
function newest(runs: readonly Run[]): Run[] {
  const counts = { ordinary: 0, benchmark: 0 };
  const bounds = boundsAmong(runs);
  const kept = runs.toReversed().flatMap((run): Run[] => {
    if ((counts[run.origin === 'ordinary' ? 'ordinary' : 'benchmark'] += 1) <= MOST_OF_EACH) return [run];
    // What came between them is gone: they are no row of runs beside their estimates.
    return bounds.has(run) ? [{ ...run, estimatedPeakRange: null }] : [];
  });
  return kept.toReversed();
}
