/** The last minutes of memory as the sidecar tells them, in columns for a plot. Pure data: times are given to it. */
import type { LivePoint, LiveRun } from '../../../service/protocol/live.ts';

export const WINDOW_MS = 300_000;
/** Two points further apart are not joined: nothing could be read between them. */
const LONGEST_GAP_MS = 5_000;
/** What has just begun is drawn over at least so much. */
const LEAST_SPAN_S = 60;

type Column = (number | null)[];

export class Minutes {
  #points: readonly LivePoint[] = [];
  /** Oldest first. */
  runs: readonly LiveRun[] = [];
  /** What the page's own clock is ahead of the sidecar's. */
  #aheadMs = 0;

  take(
    news: { whole: boolean; points: readonly LivePoint[]; runs: readonly LiveRun[] | null },
    seenAtMs: number,
  ): void {
    const points = news.whole ? news.points : [...this.#points, ...news.points];
    const last = points.at(-1);
    // A clock that jumped back would fold the line over itself.
    this.#points =
      last === undefined ? [] : points.filter(({ atMs }) => atMs <= last.atMs && atMs >= last.atMs - WINDOW_MS);
    if (last !== undefined) this.#aheadMs = seenAtMs - last.atMs;
    this.runs = news.runs ?? this.runs;
  }

  /** Seconds before now (0 or less), what was in use, and what of it was others'. */
  columns(nowMs: number): [seconds: number[], usedMiB: Column, othersMiB: Column] {
    const [seconds, used, others]: [number[], Column, Column] = [[], [], []];
    let beforeMs: number | null = null;
    for (const { atMs, usedMiB, othersMiB } of this.#points) {
      const second = this.secondsBefore(atMs, nowMs);
      if (beforeMs !== null && atMs - beforeMs > LONGEST_GAP_MS) {
        seconds.push(second - 0.001);
        used.push(null);
        others.push(null);
      }
      seconds.push(second);
      used.push(usedMiB);
      others.push(usedMiB === null ? null : othersMiB);
      beforeMs = atMs;
    }
    return [seconds, used, others];
  }

  secondsBefore(atMs: number, nowMs: number): number {
    return (atMs - (nowMs - this.#aheadMs)) / 1000;
  }

  /** What the plot spans, in seconds before now. */
  span(nowMs: number): [from: number, to: number] {
    const [oldest] = this.#points;
    const age = oldest === undefined ? 0 : this.secondsBefore(oldest.atMs, nowMs);
    return [Math.max(-WINDOW_MS / 1000, Math.min(-LEAST_SPAN_S, age)), 0];
  }
}
