/** The last two minutes of memory readings, as columns. Pure data: times are given to it. */

const WINDOW_MS = 120_000;
/** More points than pixels show nothing more. */
const LEAST_GAP_MS = 50;
/** A trace that has just begun is drawn over at least so much. */
const LEAST_SPAN_S = 15;

export class Trace {
  readonly #atMs: number[] = [];
  readonly #usedMiB: (number | null)[] = [];
  /** What the page's own clock is ahead of the readings' one. */
  #aheadMs = 0;

  /** A missing reading leaves a gap in the line. `atMs` by the sidecar's clock, `seenAtMs` by the page's. */
  push(atMs: number, usedMiB: number | null, seenAtMs: number): void {
    const last = this.#atMs.at(-1);
    // A clock that jumps back would fold the line over itself: begin anew.
    if (last !== undefined && atMs < last) this.#drop(this.#atMs.length);
    else if (last !== undefined && atMs - last < LEAST_GAP_MS) return;
    this.#aheadMs = seenAtMs - atMs;
    this.#add(atMs, usedMiB);
    this.#drop(this.#atMs.findIndex((time) => time >= atMs - WINDOW_MS));
  }

  /** Nothing can be read any more: the line ends here, and what comes later is not joined to it. */
  breakOff(): void {
    const last = this.#atMs.at(-1);
    if (last !== undefined && this.#usedMiB.at(-1) !== null) this.#add(last + 1, null);
  }

  /** Seconds before now (0 or less), and MiB. */
  columns(nowMs: number): [seconds: number[], usedMiB: (number | null)[]] {
    const now = nowMs - this.#aheadMs;
    return [this.#atMs.map((time) => (time - now) / 1000), [...this.#usedMiB]];
  }

  #add(atMs: number, usedMiB: number | null): void {
    this.#atMs.push(atMs);
    this.#usedMiB.push(usedMiB);
  }

  #drop(count: number): void {
    this.#atMs.splice(0, count);
    this.#usedMiB.splice(0, count);
  }
}

/** What the plot spans, in seconds before now. `oldest`: of the readings, null where there are none. */
export function spanOf(oldest: number | null): [from: number, to: number] {
  return [Math.max(-WINDOW_MS / 1000, Math.min(-LEAST_SPAN_S, oldest ?? 0)), 0];
}
