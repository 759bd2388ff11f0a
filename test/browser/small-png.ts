/**
 * A screenshot as a small file: its colours rounded to as few as a palette holds, which pngjs reads and cannot write.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { PNG } from 'pngjs';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MOST_COLOURS = 256;
/** Of 0 to 255: far less than two pictures may differ by. */
const FIRST_STEP = 8;

export function smallPng(picture: Pick<PNG, 'width' | 'height' | 'data'>): Buffer {
  const { width, height } = picture;
  const { palette, rows } = indexed(picture, FIRST_STEP);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, of a palette.
  header.set([8, 3], 8);
  const pixels = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

type Colour = readonly [red: number, green: number, blue: number];

/** Rows of indexes into the palette, each with a 0 before it: no filter. */
function indexed(
  { width, height, data }: Pick<PNG, 'width' | 'height' | 'data'>,
  step: number,
): { readonly palette: readonly Colour[]; readonly rows: Buffer } {
  const round = (value = 0): number => Math.min(255, Math.round(value / step) * step);
  const places = new Map<string, number>();
  const palette: Colour[] = [];
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 4;
      const colour: Colour = [round(data[from]), round(data[from + 1]), round(data[from + 2])];
      const place = places.get(colour.join()) ?? palette.push(colour) - 1;
      places.set(colour.join(), place);
      rows[y * (width + 1) + x + 1] = place;
    }
  return palette.length > MOST_COLOURS ? indexed({ width, height, data }, step * 2) : { palette, rows };
}

function chunk(type: string, body: Buffer): Buffer {
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}
