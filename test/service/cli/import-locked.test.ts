/** Another program may lock the store while an import is under way. */
import { execFileSync } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { importRuns } from '../../../service/cli/commands/import.ts';
import { openStoreToRead } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { temporaryDir } from '../server/rig.ts';
import { createWorld, type FakeWorld } from './world.ts';

const HALF = 100;
const BUSY_MS = 300;

let dir: ReturnType<typeof temporaryDir>;
let world: FakeWorld;
let file: WriteStream;
let blocker: DatabaseSync;
let imported: Promise<number>;

const lines = (from: number): string =>
  Array.from(
    { length: HALF },
    (_, at) => `${JSON.stringify({ kind: 'run', run: exampleRun({ runId: `run-${from + at}` }) })}\n`,
  ).join('');

function stored(): number {
  const opened = openStoreToRead(world.defaultDataDir());
  if (!opened.ok) return 0;
  const count = opened.value.allRuns().length;
  opened.value.close();
  return count;
}

/** A pipe, so that the import is half-way when the lock is taken. */
beforeEach(async () => {
  if (process.platform === 'win32') return;
  dir = temporaryDir();
  world = createWorld(join(dir.path, 'data'));
  const pipe = join(dir.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  imported = importRuns(world.defaultDataDir(), pipe, false, world, { busyMs: BUSY_MS });
  file = createWriteStream(pipe);
  file.write(lines(0));
  while (stored() < HALF) await sleep(20);
  blocker = new DatabaseSync(join(world.defaultDataDir(), 'headroom.sqlite'));
  blocker.exec('BEGIN IMMEDIATE');
});
afterEach(() => {
  if (process.platform !== 'win32') dir.remove();
});

(process.platform === 'win32' ? describe.skip : describe)('an import whose store is locked half-way', () => {
  test('keeps all where the lock ends before it does', async () => {
    file.write(lines(HALF));
    // Refusing the second half takes this process all of the time that a write waits, so that this ends after it.
    await sleep(100);
    blocker.close();
    file.end();
    expect(await imported).toBe(0);
    expect(world.printed()).toContain('200 runs added');
    expect(stored()).toBe(2 * HALF);
  });

  test('fails where it does not, and says that some was kept', async () => {
    file.end(lines(HALF));
    expect(await imported).toBe(1);
    expect(world.complained()).toContain('not all of it was kept');
    blocker.close();
    expect(stored()).toBe(HALF);
  });
});

(process.platform === 'win32' ? test.skip : test)(
  'an import of a pipe that nobody writes to ends, and says what to do',
  async () => {
    const pipe = join(dir.path, 'silent');
    execFileSync('mkfifo', [pipe]);
    file.end();
    blocker.close();
    expect(await importRuns(world.defaultDataDir(), pipe, false, world, { mostSilenceMs: 100 })).toBe(2);
    expect(world.complained()).toContain(
      'nothing was written to this pipe for 0.1 s. Save its text as a file, and name that.',
    );
  },
);
