import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openRecords, readRecords, type NeedRecord } from '../../../benchmarks/gpu/records.ts';

const need: NeedRecord = {
  kind: 'need',
  item: 'test 1',
  settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
  needMiB: 2500,
  tooLittleMiB: 2480,
  tries: 5,
};

describe('records of a capture', () => {
  let out = '';
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'headroom-records-'));
  });
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  test('another session with the same folder finds what was done, by model', () => {
    openRecords(out, 'sd15').add(need);
    expect(openRecords(out, 'sd15').has('need', 'test 1')).toBe(true);
    expect(openRecords(out, 'sd15').has('card', 'test 1')).toBe(false);
    expect(openRecords(out, 'sdxl').all('need')).toEqual([]);
  });

  test('a last line that was cut off is left out; one in the middle is an error', () => {
    const line = JSON.stringify(need);
    expect(readRecords(`${line}\n${line.slice(0, 40)}`)).toEqual([need]);
    expect(() => readRecords(`${line.slice(0, 40)}\n${line}\n`)).toThrow(SyntaxError);
  });
});
