import type { Moments } from './program.ts';

/** Moments that may be the peak, each the bytes that are live of each unit: none is below another in all of them. */
export class Peaks {
  #all: (readonly number[])[] = [];
  /** The last that one was below: the next one mostly is, too. */
  #above: readonly number[] = [];

  /** Units that came later than a moment have nothing then. */
  moments(): Moments {
    const ends: number[] = [];
    const places: number[] = [];
    const bytes: number[] = [];
    for (const peak of this.#all) {
      peak.forEach((live, place) => {
        if (live === 0) return;
        places.push(place);
        bytes.push(live);
      });
      ends.push(places.length);
    }
    return { ends: Int32Array.from(ends), places: Int32Array.from(places), bytes: Float64Array.from(bytes) };
  }

  add(now: readonly number[]): void {
    if (isBelow(now, this.#above)) return;
    const above = this.#all.find((peak) => isBelow(now, peak));
    if (above === undefined) {
      const added = [...now];
      this.#all = [...this.#all.filter((peak) => !isBelow(peak, now)), added];
      this.#above = added;
    } else this.#above = above;
  }
}

function isBelow(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i += 1) if ((a[i] ?? 0) > (b[i] ?? 0)) return false;
  return true;
}
