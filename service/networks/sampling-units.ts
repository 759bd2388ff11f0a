import { at } from '../base/at.ts';

export const PROMPT_TOKENS = 77;
export const QUERIES_AT_A_TIME = 1024;

/**
 * Units of a sampling program. For each resolution: pixels; squares of them; queries at a time; those times pixels; all
 * times the effective batch; the squares of a single picture; times the effective batch again, pixels of what is
 * doubled from the next lower resolution; this one's where that is another size and so has to be resized (else none);
 * this one's where they are more than the queries at a time; and of a single picture its pixels. Then those below.
 */
const LEVELS = 4;
export const SQUARE_UNIT = LEVELS;
export const CHUNK_UNIT = 2 * LEVELS;
export const CHUNK_SCORES_UNIT = 3 * LEVELS;
export const SINGLE_SQUARE_UNIT = 4 * LEVELS;
export const DOUBLED_UNIT = 5 * LEVELS;
export const RESIZED_UNIT = 6 * LEVELS;
export const CHUNKED_UNIT = 7 * LEVELS;
export const SINGLE_UNIT = 8 * LEVELS;
export const EMBEDDING_UNIT = 9 * LEVELS;
export const CONTEXT_UNIT = EMBEDDING_UNIT + 1;
export const BATCH_UNIT = CONTEXT_UNIT + 1;
export const HELD_PICTURE_UNIT = BATCH_UNIT + 1;
export const UNITS = HELD_PICTURE_UNIT + 1;

/** Elements of each unit, for `samplingProgram` (unet.ts). Resolutions halve, rounded up. */
export function samplingElements(
  widthPx: number,
  heightPx: number,
  batch: number,
  effectiveBatch: number,
  heldPixels = 0,
): number[] {
  let w = Math.floor(widthPx / 8);
  let h = Math.floor(heightPx / 8);
  const pixels: number[] = [];
  const doubled: number[] = [];
  for (let level = 0; level < LEVELS; level += 1) {
    pixels.push(w * h);
    w = Math.ceil(w / 2);
    h = Math.ceil(h / 2);
    doubled.push(4 * w * h);
  }
  const chunked = pixels.map((count) => (count > QUERIES_AT_A_TIME ? count : 0));
  const resized = pixels.map((count, level) => (doubled[level] === count ? 0 : count));
  const own = (count: number): number => count * effectiveBatch;
  const chunks = pixels.map((count) => Math.min(QUERIES_AT_A_TIME, count));
  const squares = pixels.map((count) => count * count);
  const chunkScores = pixels.map((count) => Math.min(QUERIES_AT_A_TIME, count) * count);
  return [
    ...pixels.map(own),
    ...squares.map(own),
    ...chunks.map(own),
    ...chunkScores.map(own),
    ...squares,
    ...doubled.map(own),
    ...resized.map(own),
    ...chunked.map(own),
    ...pixels,
    effectiveBatch,
    effectiveBatch * PROMPT_TOKENS,
    batch * at(pixels, 0),
    heldPixels,
  ];
}
