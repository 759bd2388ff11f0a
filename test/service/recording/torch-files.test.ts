import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readTorchFiles } from '../../../service/recording/torch-files.ts';
import type { TorchLine } from '../../../service/recording/format.ts';
import { temporaryDir } from '../server/rig.ts';
import { torchLine } from './examples.ts';

const STARTED_AT_MS = 1_790_000_000_000;

let dir: ReturnType<typeof temporaryDir>;

beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

/** As the hook writes it. */
function told(afterMs: number, changes: Partial<TorchLine> = {}): string {
  const line: Record<string, unknown> = { ...torchLine(afterMs, changes), atMs: STARTED_AT_MS + afterMs + 0.4 };
  delete line['afterMs'];
  delete line['restMs'];
  return `${JSON.stringify(line)}\n`;
}

function written(...lines: string[]): ReturnType<typeof readTorchFiles> {
  writeFileSync(join(dir.path, 'torch-77.ndjson'), lines.join(''));
  return readTorchFiles(dir.path, STARTED_AT_MS);
}

describe('what the hook has written', () => {
  test('is told by the time since the program was started, with how long it stayed', () => {
    expect(written(told(100), told(900, { allocatedMiB: 2500, activePeakMiB: 2500 }))).toEqual([
      torchLine(100, { restMs: 800 }),
      torchLine(900, { allocatedMiB: 2500, activePeakMiB: 2500 }),
    ]);
  });

  test('loses no peak, no rest and no last line where it is thinned out', () => {
    const busy = Array.from({ length: 8 }, (_, at) =>
      told(200 + 100 * at, { allocatedMiB: 2100 + at, activeMiB: 2100 + at }),
    );
    const lines = written(
      told(100),
      ...busy,
      told(1050, { activePeakMiB: 4000 }),
      told(1090, { allocatedMiB: 2050, activePeakMiB: 4000 }),
      told(1800, { allocatedMiB: 2300, activePeakMiB: 4000 }),
    );
    expect(lines.map((line) => ('afterMs' in line ? line.afterMs : null))).toEqual([100, 1050, 1090, 1800]);
    expect(lines[2]).toMatchObject({ allocatedMiB: 2050, restMs: 710 });
  });

  test('is read without the line that a killed process has left half written', () => {
    expect(written(told(100), told(200).slice(0, 40))).toHaveLength(1);
  });

  test('is not read from what is no file of the hook', () => {
    mkdirSync(join(dir.path, 'folder'));
    writeFileSync(join(dir.path, 'notes.txt'), told(100));
    expect(readTorchFiles(dir.path, STARTED_AT_MS)).toEqual([]);
    expect(readTorchFiles(join(dir.path, 'nowhere'), STARTED_AT_MS)).toEqual([]);
  });
});
