import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCard, readField, writeField } from '../card/state-file.ts';
import { Truth } from '../card/truth.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';

const MIB = 1024 * 1024;
const CARD_MIB = 8192;
const IDLE_MIB = 2000;
const CONTEXT_MIB = 450;
const SETTINGS: GenerationSettings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };

let dir: string;
let card: string;
let server: Server;
let truth: Truth;
/** What a run needs and what it takes where there is room, of the whole device. */
let needMiB: number;
let peakMiB: number;
let asked: string[];
/** A device as large as the card is not enough, though a smaller one is. */
let failsOnCard: boolean;
/** How the WebUI says that memory ran out. */
let failure: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'headroom-truth-'));
  card = join(dir, 'card');
  createCard(card, { totalMiB: CARD_MIB, contextMiB: CONTEXT_MIB, otherMiB: 0 });
  writeField(card, 'pid', 1);
  writeField(card, 'used', IDLE_MIB * MIB);
  failsOnCard = false;
  [needMiB, peakMiB, asked, failure] = [3000, 4000, [], '{"error":"OutOfMemoryError"}'];
  server = createServer((request, response) => {
    request.resume();
    asked.push(request.url ?? '');
    const totalMiB = readField(card, 'total') / MIB;
    const fails =
      request.url !== '/blank-card/collect' && (totalMiB < needMiB || (failsOnCard && totalMiB === CARD_MIB));
    if (!fails) writeField(card, 'peak', (Math.min(peakMiB, totalMiB) - CONTEXT_MIB) * MIB);
    response.writeHead(fails ? 500 : 200).end(fails ? failure : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  truth = new Truth(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, card, CARD_MIB);
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const within = (foundMiB: number | null, expectedMiB: number) => {
  expect(foundMiB).toBeGreaterThanOrEqual(expectedMiB);
  expect(foundMiB).toBeLessThanOrEqual(expectedMiB * 1.002 + 1);
};

test('the peak is what the whole device shows', async () => {
  expect(await truth.onCard(SETTINGS)).toEqual({ outcome: 'ok', peakMiB });
});

test('the need is found below the peak, with a guess or without, and the card is as large as before', async () => {
  const first = await truth.onCard(SETTINGS);
  within(await truth.need(SETTINGS, first, null), needMiB);
  within(await truth.need(SETTINGS, first, 3010), needMiB);
  within(await truth.need(SETTINGS, first, 7000), needMiB);
  expect(readField(card, 'total')).toBe(CARD_MIB * MIB);
});

test('a need above the peak is found too: attention that slices by what is free may want room that it never takes', async () => {
  [needMiB, peakMiB] = [7561, 7402];
  const first = await truth.onCard(SETTINGS);
  expect(first.peakMiB).toBe(peakMiB);
  within(await truth.need(SETTINGS, first, 7577), needMiB);
});

test('a good guess spares tries', async () => {
  const first = await truth.onCard(SETTINGS);
  const triesOf = async (guessMiB: number | null) => {
    const before = truth.runs;
    await truth.need(SETTINGS, first, guessMiB);
    return truth.runs - before;
  };
  expect(await triesOf(3005)).toBeLessThan(await triesOf(null));
});

test('what guesses were off by is taken off the next: two tries then tell the need', async () => {
  const first = await truth.onCard(SETTINGS);
  within(await truth.need(SETTINGS, first, 2850), needMiB);
  const before = truth.runs;
  within(await truth.need(SETTINGS, first, 2850), needMiB);
  expect(truth.runs - before).toBe(2);
});

test('what fails on the card and runs on a smaller device needs that one, which a guess may tell', async () => {
  failsOnCard = true;
  const first = await truth.onCard(SETTINGS);
  expect(first.outcome).toBe('oom');
  within(await truth.need(SETTINGS, first, 3010), needMiB);
});

test('a need beyond the card is looked for on a larger one, and far beyond it is not told', async () => {
  needMiB = peakMiB = 8600;
  const first = await truth.onCard(SETTINGS);
  expect(first).toEqual({ outcome: 'oom', peakMiB: null });
  within(await truth.need(SETTINGS, first, null), needMiB);
  within(await truth.need(SETTINGS, first, 8590), needMiB);
  within(await truth.need(SETTINGS, first, 8700), needMiB);
  needMiB = peakMiB = 20_000;
  expect(await truth.need(SETTINGS, first, 8700)).toBeNull();
  expect(await truth.need(SETTINGS, first, null)).toBeNull();
});

test('after each failure what it still holds is dropped', async () => {
  needMiB = 9000;
  await truth.onCard(SETTINGS);
  expect(asked).toEqual(['/sdapi/v1/txt2img', '/blank-card/collect']);
});

test('an attention that finds no slice small enough is out of memory', async () => {
  needMiB = 9000;
  failure =
    '{"errors":"Not enough memory, use lower resolution (max approx. 512x512). Need: 1.0GB free, Have:0.5GB free"}';
  expect((await truth.onCard(SETTINGS)).outcome).toBe('oom');
});

test('any other failure of the WebUI is thrown', async () => {
  needMiB = 9000;
  failure = '{"errors":"no such sampler"}';
  await expect(truth.onCard(SETTINGS)).rejects.toThrow('no such sampler');
});
