import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { settleStore } from '../../../service/server/settle-store.ts';
import { STORE_FILE } from '../../../service/store/open.ts';
import { openStore, openStoreToRead } from '../../../service/store/store.ts';
import { settingsOf } from '../model/synthetic-host.ts';
import { exampleRun } from '../recorder/examples.ts';
import { createFakeClock } from './fake-clock.ts';
import { createRig, temporaryDir, type Rig } from './rig.ts';

const SETTINGS = settingsOf('txt2img', 512, 512, 1);
const MINUTE_MS = 60_000;

let dir: ReturnType<typeof temporaryDir>;
let dataDir: string;
let copies = 0;

beforeEach(() => {
  dir = temporaryDir();
  dataDir = join(dir.path, 'data');
});
afterEach(() => dir.remove());

/** How many runs somebody has who copies the file of the store's name, and nothing beside it. */
function runsInCopy(): number {
  const copy = join(dir.path, `copy-${(copies += 1)}`);
  mkdirSync(copy);
  copyFileSync(join(dataDir, STORE_FILE), join(copy, STORE_FILE));
  const opened = openStoreToRead(copy);
  if (!opened.ok) return 0;
  const runs = opened.value.allRuns().length;
  opened.value.close();
  return runs;
}

describe('a copy of the one file, taken while the sidecar runs', () => {
  let rig: Rig;

  beforeEach(async () => {
    rig = createRig(dataDir);
    await rig.clock.advance(2500);
  });
  afterEach(() => rig.end());

  async function generate(runId: string): Promise<void> {
    rig.host.generate(runId, SETTINGS);
    await rig.clock.advance(3000);
  }

  test('has all runs once nothing has been generated for some seconds', async () => {
    for (const runId of ['one', 'two', 'three']) await generate(runId);
    expect(rig.store.allRuns()).toHaveLength(3);
    await rig.clock.advance(10_000);
    expect(runsInCopy()).toBe(3);
  });

  test('has those of more than a minute ago while more keep coming', async () => {
    for (let at = 0; at < 5; at += 1) await generate(`early-${at}`);
    for (let at = 0; at < MINUTE_MS / 3000; at += 1) await generate(`late-${at}`);
    expect(runsInCopy()).toBeGreaterThanOrEqual(5);
  });

  test('has what another process has added', async () => {
    const other = openStore(dataDir, rig.clock.nowMs());
    other.saveRun(exampleRun({ runId: 'imported' }));
    await rig.clock.advance(15_000);
    expect(runsInCopy()).toBe(1);
    other.close();
  });
});

describe('a store is settled', () => {
  test('once for what was written, and not again until there is more', async () => {
    const clock = createFakeClock();
    const store = { revision: '1', settled: 0, settle: () => ((store.settled += 1), true) };
    settleStore(store, clock);
    await clock.advance(MINUTE_MS);
    expect(store.settled).toBe(1);
    store.revision = '2';
    await clock.advance(MINUTE_MS);
    expect(store.settled).toBe(2);
  });

  test('later, where somebody reads what it was before: nobody waits for that', () => {
    const store = openStore(dataDir, 0);
    const reader = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM runs');
    store.saveRun(exampleRun());
    expect(store.settle()).toBe(false);
    reader.exec('COMMIT');
    expect(store.settle()).toBe(true);
    reader.close();
    store.close();
  });

  test('also while another process writes', () => {
    const store = openStore(dataDir, 0);
    store.saveRun(exampleRun());
    const writer = new DatabaseSync(join(dataDir, STORE_FILE));
    writer.exec('BEGIN IMMEDIATE');
    expect(store.settle()).toBe(true);
    writer.exec('ROLLBACK');
    writer.close();
    store.close();
  });
});
