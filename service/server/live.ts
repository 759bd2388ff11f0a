/** The last minutes of memory, bounded: a point a second with the highest reading of it, and the last runs. */
import type { MemoryFigures } from '../memory/ledger.ts';
import type { LivePoint, LiveRun } from '../protocol/live.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import type { Run } from '../recorder/run.ts';

export const POINT_MS = 1_000;
export const MOST_POINTS = 300;
export const MOST_RUNS = 30;

/** What has come since the news before. */
export interface LiveNews {
  readonly point: LivePoint;
  /** Null where they are as they were. */
  readonly runs: readonly LiveRun[] | null;
}

export interface Live {
  /** @returns what to tell, each time that a reading has closed a point. */
  onReading(figures: Pick<MemoryFigures, 'usedMiB' | 'othersMiB'>, atMs: number): LiveNews | null;
  onRunStarted(run: Omit<LiveRun, 'outcome' | 'peakMiB'>): void;
  onRunEnded(run: Run): void;
  readonly points: readonly LivePoint[];
  readonly runs: readonly LiveRun[];
}

export function createLive(): Live {
  let points: LivePoint[] = [];
  let runs: readonly LiveRun[] = [];
  let toldRuns = runs;
  let open: LivePoint | null = null;

  function close(point: LivePoint): LiveNews {
    points.push(point);
    if (points.length > MOST_POINTS) points.shift();
    const news = { point, runs: runs === toldRuns ? null : runs };
    toldRuns = runs;
    return news;
  }

  return {
    onReading: ({ usedMiB, othersMiB }, atMs) => {
      const reading = { atMs, usedMiB, othersMiB };
      // The wall clock jumped back: what was before cannot be put in a line with what comes.
      if (open !== null && atMs < open.atMs) [points, open] = [[], null];
      if (open !== null && atMs - open.atMs < POINT_MS) {
        if ((usedMiB ?? -1) > (open.usedMiB ?? -1)) open = { ...reading, atMs: open.atMs };
        return null;
      }
      const closed = open;
      open = reading;
      return closed === null ? null : close(closed);
    },
    onRunStarted: (run) => {
      runs = [...runs, { ...run, outcome: null, peakMiB: null }].slice(-MOST_RUNS);
    },
    onRunEnded: (run) => {
      const { runId, outcome } = run;
      runs = runs.map((one) => (one.runId === runId ? { ...one, outcome, peakMiB: measuredPeakMiB(run) } : one));
    },
    get points() {
      return points;
    },
    get runs() {
      return runs;
    },
  };
}
