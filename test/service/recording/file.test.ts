import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRecordingFile } from '../../../service/recording/file.ts';
import { jsonLine } from '../../../service/store/json-line.ts';
import { temporaryDir } from '../server/rig.ts';
import { HEADER, end } from './examples.ts';

let dir: ReturnType<typeof temporaryDir>;
let path: string;

beforeEach(() => {
  dir = temporaryDir();
  path = join(dir.path, 'a.ndjson');
});
afterEach(() => dir.remove());

describe("a recording's file", () => {
  test('has its name only once it is whole', () => {
    const file = createRecordingFile(path, HEADER, false);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(dir.path)).toHaveLength(1);
    file.write(end());
    expect(file.finish()).toBeNull();
    expect(readdirSync(dir.path)).toEqual(['a.ndjson']);
    expect(readFileSync(path, 'utf8')).toBe(jsonLine(HEADER) + jsonLine(end()));
  });

  test('leaves nothing where it is discarded', () => {
    createRecordingFile(path, HEADER, false).discard();
    expect(readdirSync(dir.path)).toEqual([]);
  });

  test('is not put in the place of another one, unless it may', () => {
    writeFileSync(path, 'mine');
    expect(() => createRecordingFile(path, HEADER, false)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(createRecordingFile(path, HEADER, true).finish()).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(jsonLine(HEADER));
  });

  test('says at once that there is no such folder', () => {
    expect(() => createRecordingFile(join(dir.path, 'no', 'a.ndjson'), HEADER, false)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });

  test('says at once that a folder may not be written', () => {
    // Whoever may do everything may do that too.
    if (process.getuid?.() === 0 || process.platform === 'win32') return;
    mkdirSync(join(dir.path, 'shut'));
    chmodSync(join(dir.path, 'shut'), 0o500);
    expect(() => createRecordingFile(join(dir.path, 'shut', 'a.ndjson'), HEADER, false)).toThrow(
      expect.objectContaining({ code: 'EACCES' }),
    );
  });
});
