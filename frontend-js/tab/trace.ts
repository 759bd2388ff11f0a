/** The last two minutes of memory readings, as columns. Pure data. */

const WINDOW_MS = 120_000;
/** More points than pixels show nothing more. */
const LEAST_GAP_MS = 50;

export class Trace {
  readonly #atMs: number[] = [];
  readonly #usedMiB: (number | null)[] = [];

  /** A missing reading leaves a gap in the line. */
  push(atMs: number, usedMiB: number | null): void {
    const last = this.#atMs.at(-1);
    // A clock that jumps back would fold the line over itself: begin anew.
    if (last !== undefined && atMs < last) this.#drop(this.#atMs.length);
    else if (last !== undefined && atMs - last < LEAST_GAP_MS) return;
    this.#atMs.push(atMs);
    this.#usedMiB.push(usedMiB);
    this.#drop(this.#atMs.findIndex((time) => time >= atMs - WINDOW_MS));
  }

  /** Seconds before the newest reading (0 or less), and MiB. */
  columns(): [seconds: number[], usedMiB: (number | null)[]] {
    const newest = this.#atMs.at(-1) ?? 0;
    return [this.#atMs.map((time) => (time - newest) / 1000), [...this.#usedMiB]];
  }

  #drop(count: number): void {
    this.#atMs.splice(0, count);
    this.#usedMiB.splice(0, count);
  }
}
