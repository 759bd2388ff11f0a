/**
 * Compares what the page shows with pictures that were looked at and committed, in `pictures/`.
 *
 * `HEADROOM_PICTURES=write` in the environment writes them instead; look at each before it is committed. A picture that
 * differs lies beside what was expected in the folder that the failure names.
 *
 * The fixture pages bring their own fonts, and Chromium is started with `STEADY_FLAGS`: text is painted in greys, on
 * whole pixels' shapes of its own rasteriser, never as the system's font settings say. What may still differ from one
 * Chromium to the next is allowed for: in no square of WINDOW_PX a side may more than MOST_PIXELS be farther apart than
 * THRESHOLD, edges of glyphs left out. Another word, another colour of a part or a part moved by two pixels is more.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Locator } from 'playwright-core';
import { PNG } from 'pngjs';
import { smallPng } from './small-png.ts';

const FOLDER = join(import.meta.dirname, 'pictures');
const WINDOW_PX = 32;
const MOST_PIXELS = 40;
/** Of the distance from black to white. */
const THRESHOLD = 0.1;

export const STEADY_FLAGS: readonly string[] = [
  '--font-render-hinting=none',
  '--disable-font-subpixel-positioning',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
];

/** Fails where the element does not look as in `pictures/NAME.png`. */
export async function assertLooksAs(name: string, element: Locator): Promise<void> {
  const shot = await element.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
  const path = join(FOLDER, `${name}.png`);
  if (process.env['HEADROOM_PICTURES'] === 'write') return write(path, shot);
  assert.ok(existsSync(path), `there is no picture ${name}.png: write it with HEADROOM_PICTURES=write, and look at it`);
  const [expected, actual] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(shot)];
  const wanted = `${expected.width} x ${expected.height} px`;
  assert.equal(`${actual.width} x ${actual.height} px`, wanted, `${name}${kept(name, { actual, expected })}`);
  const difference = new PNG({ width: expected.width, height: expected.height });
  const most = pixelmatch(expected.data, actual.data, difference.data, expected.width, expected.height, {
    threshold: THRESHOLD,
    windowSize: WINDOW_PX,
  });
  if (most <= MOST_PIXELS) return;
  assert.fail(`${name}: ${most} pixels of a square differ${kept(name, { actual, expected, difference })}`);
}

function write(path: string, shot: Buffer): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, smallPng(PNG.sync.read(shot)));
}

function kept(name: string, pictures: Readonly<Record<string, PNG>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-pictures-'));
  for (const [kind, picture] of Object.entries(pictures))
    writeFileSync(join(folder, `${name.replaceAll('/', '-')}-${kind}.png`), PNG.sync.write(picture));
  return `; see ${folder}`;
}
