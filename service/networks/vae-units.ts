import { at } from '../base/at.ts';
import { QUERIES_AT_A_TIME } from './sampling-units.ts';

export const CHANNELS = [128, 256, 512, 512] as const;
/**
 * Units: pixels of the picture and of each halving; of the smallest its square, queries at a time, and those times
 * pixels; pixels of a batch of pictures; of the latents where they are more than the queries at a time; pixels of each
 * halving with a row and a column more; pixels of pictures that are held beside those that are encoded; latents, and
 * pixels, of one picture, where all the others are of as many as are encoded at once.
 */
export const LATENT_UNIT = CHANNELS.length - 1;
export const SQUARE_UNIT = CHANNELS.length;
export const CHUNK_UNIT = SQUARE_UNIT + 1;
export const CHUNK_SCORES_UNIT = SQUARE_UNIT + 2;
export const BATCH_PICTURE_UNIT = SQUARE_UNIT + 3;
export const CHUNKED_UNIT = SQUARE_UNIT + 4;
export const PADDED_UNIT = CHUNKED_UNIT + 1;
export const HELD_PICTURE_UNIT = PADDED_UNIT + CHANNELS.length;
export const ROWS_UNIT = HELD_PICTURE_UNIT + 1;
export const ONE_PICTURE_UNIT = ROWS_UNIT + 1;
export const UNITS = ONE_PICTURE_UNIT + 1;

/**
 * Elements of each unit, for the programs of the autoencoder.
 * @param heldPixels of pictures that stay on the card beside it.
 * @param together pictures that it is given at once.
 */
export function vaeElements(widthPx: number, heightPx: number, batch: number, heldPixels = 0, together = 1): number[] {
  const w = Math.floor(widthPx / 8) * 8;
  const h = Math.floor(heightPx / 8) * 8;
  const pixels = CHANNELS.map((_, level) => (w >> level) * (h >> level));
  const latent = at(pixels, LATENT_UNIT);
  const chunk = Math.min(QUERIES_AT_A_TIME, latent);
  const padded = CHANNELS.map((_, level) => ((w >> level) + 1) * ((h >> level) + 1));
  const own = (count: number): number => count * together;
  return [
    ...pixels.map(own),
    own(latent * latent),
    own(chunk),
    own(chunk * latent),
    batch * w * h,
    own(latent > QUERIES_AT_A_TIME ? latent : 0),
    ...padded.map(own),
    heldPixels,
    latent,
    w * h,
  ];
}
