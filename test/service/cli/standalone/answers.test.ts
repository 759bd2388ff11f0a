import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerForm } from '../../../../service/cli/standalone/answers.ts';
import type { FormAnswer } from '../../../../service/protocol/form-answer.ts';
import * as words from '../../../../service/words/index.ts';
import { createFakeClock } from '../../base/fake-clock.ts';
import { temporaryDir } from '../../server/rig.ts';

const SETTINGS = {
  network: 'sd1',
  attention: 'Doggettx',
  cardGiB: '8',
  width: '512',
  height: '512',
  batch: '1',
  otherMiB: '800',
};

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

function estimate(changed: Partial<Record<keyof typeof SETTINGS, string>> = {}): Promise<FormAnswer> {
  return answerForm('estimate', new URLSearchParams({ ...SETTINGS, ...changed }), dir.path, createFakeClock());
}

function compare(a: string, b: string): Promise<FormAnswer> {
  return answerForm('compare', new URLSearchParams({ a, b }), dir.path, createFakeClock());
}

const textOf = ({ entries }: FormAnswer): string => entries.map((entry) => entry.join(': ')).join('\n');

describe('the estimate form of the page without a WebUI', () => {
  test('gives figures for a network and a card that nothing was measured on, and says so', async () => {
    const answer = await estimate();
    expect(answer.ok).toBe(true);
    expect(textOf(answer)).toMatch(/^Verdict: fits/m);
    expect(textOf(answer)).toContain('not yet measured on this card');
  });

  test('answers for the card that is named: the same settings do not fit a small one', async () => {
    const large = { network: 'sdxl', width: '1024', height: '1024' };
    expect(textOf(await estimate({ ...large, cardGiB: '24' }))).toMatch(/^Verdict: fits/m);
    expect(textOf(await estimate({ ...large, cardGiB: '4' }))).toMatch(/^Verdict: will not fit/m);
  });

  test.each([
    { width: '' },
    { width: '-512' },
    { height: '5e2' },
    { batch: '1.5' },
    { cardGiB: '0' },
    { cardGiB: '1e999' },
    { otherMiB: 'all' },
    { network: 'flux' },
    { attention: 'constructor' },
  ])('refuses %j', async (changed) => {
    expect(await estimate(changed)).toEqual({ ok: false, entries: [[words.WHY, expect.any(String)]], table: [] });
  });
});

describe('the compare form', () => {
  test('asks for two', async () => {
    expect(await compare('last', '')).toMatchObject({ ok: false, entries: [[words.WHY, words.NAME_BOTH]] });
  });

  test('says of a store or a file that is not there which one', async () => {
    expect(textOf(await compare('last', 'last'))).toContain(dir.path);
    expect(textOf(await compare(join(dir.path, 'a'), join(dir.path, 'b')))).toContain(join(dir.path, 'a'));
  });

  test('says of a file that is no recording that it is none', async () => {
    const path = join(dir.path, 'a.txt');
    writeFileSync(path, 'no recording\n');
    const answer = await compare(path, path);
    expect(answer.ok).toBe(false);
    expect(textOf(answer)).toContain('recording');
  });
});
