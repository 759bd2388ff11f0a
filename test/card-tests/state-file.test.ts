import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BLANK_CARD } from '../card/blank-card.ts';
import { FIELDS, createCard, readField, setTotalMiB, startPeak, usedMiB, writeField } from '../card/state-file.ts';

const MIB = 1024 * 1024;
let dir: string;
let card: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'headroom-card-file-'));
  card = join(dir, 'card');
  createCard(card, { totalMiB: 8192, contextMiB: 450, otherMiB: 254 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the fields are those of the C header in its order', () => {
  const header = readFileSync(join(BLANK_CARD, 'card', 'card.h'), 'utf8');
  const struct = /struct state \{([^]*?)\n\};/.exec(header)?.[1] ?? '';
  expect([...struct.matchAll(/uint64_t (\w+);/g)].map(([, name]) => name)).toEqual([...FIELDS]);
});

test('a card that nobody uses shows what others hold, and no context', () => {
  expect(usedMiB(card, 'now')).toBe(254);
});

test('what a process uses shows with its context, now and at its highest', () => {
  writeField(card, 'pid', 4242);
  writeField(card, 'used', 2000 * MIB);
  writeField(card, 'peak', 3000 * MIB);
  expect([usedMiB(card, 'now'), usedMiB(card, 'peak')]).toEqual([2704, 3704]);
  startPeak(card);
  expect(usedMiB(card, 'peak')).toBe(2704);
});

test("the card's size can be changed without touching the rest", () => {
  setTotalMiB(card, 5000);
  expect([readField(card, 'total'), readField(card, 'context')]).toEqual([5000 * MIB, 450 * MIB]);
});

test('a file that is no card is refused', () => {
  writeFileSync(card, 'x'.repeat(4096));
  expect(() => readField(card, 'total')).toThrow('is no card');
});
