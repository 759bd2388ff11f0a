/**
 * What PyTorch's allocator was asked in whole generations of AUTOMATIC1111 1.10.1, weights included, and how it
 * answered, put to ours: it takes a segment from the card just where that one did, of the same size, and gives as much
 * back.
 *
 * The fixtures are traces of test/blank-card/control/allocator_trace.py without addresses: `A bytes` was given out,
 * `F n` was given back (the n-th last that was given out), `S bytes` and `D bytes` came from the card and went back to
 * it; `# label` begins a generation.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BLOCK_BYTES, CachingAllocator } from '../../../service/allocator/allocator.ts';
import { Blocks } from '../../../service/allocator/blocks.ts';
import { NONE } from '../../../service/allocator/pool.ts';

const FOLDER = new URL('../../fixtures/allocator-events/', import.meta.url);
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.gz'))
  .sort();

interface Event {
  readonly letter: string;
  readonly figure: number;
}

/** The events of a process, in parts: what came before the first generation, and each generation by its label. */
function partsOf(file: string): { readonly label: string; readonly events: readonly Event[] }[] {
  const lines = gunzipSync(readFileSync(new URL(file, FOLDER)))
    .toString()
    .trim()
    .split('\n')
    .slice(1);
  const parts: { label: string; events: Event[] }[] = [{ label: 'weights', events: [] }];
  for (const line of lines) {
    const [letter = '', figure = ''] = line.split(' ');
    if (letter === '#') parts.push({ label: line.slice(2), events: [] });
    else parts.at(-1)?.events.push({ letter, figure: Number(figure) });
  }
  return parts.filter(({ events }) => events.length > 0);
}

/** Ours, and what it takes from the card and gives back, in bytes. */
class Replayed {
  readonly #blocks = Blocks.none();
  readonly #allocator = new CachingAllocator(Infinity, this.#blocks);
  readonly #taken: number[] = [];

  /** @returns the segment that it took for it; null where it found room in what it had. */
  allocate(bytes: number): number | null {
    const request = Math.max(1, Math.ceil(bytes / BLOCK_BYTES));
    const found = this.#allocator.take(request);
    if (found !== NONE) {
      this.#taken.push(found);
      return null;
    }
    // What `empty` gives back it does not hear of: its peak is all that it ever took.
    const beforeMiB = this.#allocator.peakMiB;
    this.#allocator.reserve(request);
    this.#taken.push(this.#allocator.take(request));
    return (this.#allocator.peakMiB - beforeMiB) * 2 ** 20;
  }

  release(back: number): void {
    this.#allocator.release(this.#taken.at(-back) ?? NONE);
  }

  empty(): number {
    return this.#blocks.dropFreeSegments() * BLOCK_BYTES;
  }
}

interface Comparison {
  readonly segments: number;
  readonly drops: number;
  /** Where both did not do the same. */
  readonly differing: readonly string[];
}

function compare(replayed: Replayed, events: readonly Event[]): Comparison {
  const differing: string[] = [];
  const same = (what: string, at: number, ours: number | null, recorded: number | null): void => {
    if (ours !== recorded) differing.push(`${what} at event ${at}: ${ours ?? 'nothing'}, not ${recorded ?? 'nothing'}`);
  };
  let [segments, drops, givenBack] = [0, 0, 0];
  let segment: number | null = null;
  const settleDrop = (at: number): void => {
    if (givenBack === 0) return;
    drops += 1;
    same('gave back', at, replayed.empty(), givenBack);
    givenBack = 0;
  };
  for (const [i, { letter, figure }] of events.entries()) {
    if (letter !== 'D') settleDrop(i);
    if (letter === 'D') givenBack += figure;
    else if (letter === 'F') replayed.release(figure);
    else if (letter === 'S') segment = figure;
    else {
      if (segment !== null) segments += 1;
      same('took', i, replayed.allocate(figure), segment);
      segment = null;
    }
  }
  settleDrop(events.length);
  return { segments, drops, differing };
}

describe('whole generations through our allocator', () => {
  test.each(FILES)('%s: every segment is taken and given back as recorded', (file) => {
    const replayed = new Replayed();
    for (const { label, events } of partsOf(file)) {
      const { differing, segments, drops } = compare(replayed, events);
      expect({ label, differing }).toEqual({ label, differing: [] });
      expect(segments).toBeGreaterThan(5);
      if (label !== 'weights') expect(drops).toBeGreaterThan(0);
    }
  });

  test('there are ten generations of all operations, families and ways to keep memory low', () => {
    const labels = FILES.flatMap((file) => partsOf(file).map(({ label }) => label)).filter((one) => one !== 'weights');
    expect(labels).toHaveLength(10);
    for (const word of ['sd1', 'sdxl', 'txt2img', 'img2img', 'hires latent', 'hires image', 'medvram', 'cap'])
      expect(labels.some((label) => label.includes(word))).toBe(true);
  });
});
