import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
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

/** A disk with so much room in all: of what is more it takes a piece, and then refuses. */
function diskOf(bytes: number): typeof writeSync {
  let left = bytes;
  const write = (descriptor: number, data: Uint8Array, offset: number, length: number, position: number): number => {
    if (left === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const taken = writeSync(descriptor, data, offset, Math.min(left, length), position);
    left -= taken;
    return taken;
  };
  return write as typeof writeSync;
}

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

  test('says at once that the disk is full, and leaves nothing', () => {
    expect(() => createRecordingFile(path, HEADER, false, diskOf(10_000))).toThrow(
      expect.objectContaining({ code: 'ENOSPC' }),
    );
    expect(readdirSync(dir.path)).toEqual([]);
  });

  test('keeps its whole lines where the disk fills up meanwhile, and says so at the end', () => {
    const header = jsonLine(HEADER);
    const file = createRecordingFile(path, HEADER, false, diskOf(header.length + 256 * 1024 + 150));
    for (const one of [end(), end(), end()]) file.write(one);
    expect(file.finish()).toMatchObject({ code: 'ENOSPC' });
    expect(readFileSync(path, 'utf8')).toBe(header + jsonLine(end()));
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
