/** The WebUI ends in mid-benchmark, and what the next start finds. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { descendantsOf, stillThere, type SeenProcess } from '../../tools/processes.ts';
import { LIMIT_MS, OPTIONS, openPage, type Page } from './page.ts';

let dataDir: string;
let standIn: BuiltStandIn;

async function start(): Promise<Page> {
  standIn = await startBuiltStandIn(8, ['--pace', '0.3'], dataDir);
  const page = await openPage(standIn.url);
  await page.ready();
  return page;
}

/** What is left as soon as that is nothing, or once it is plain that it stays. */
async function leftOf(before: readonly SeenProcess[]): Promise<SeenProcess[]> {
  const deadlineMs = performance.now() + LIMIT_MS;
  for (;;) {
    const left = await stillThere(before);
    if (left.length === 0 || performance.now() > deadlineMs) return left;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-killed-'));
});
afterEach(async () => {
  await standIn.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test(
  'after a WebUI that was killed in mid-run no process of ours is left, and the benchmark goes on where it stopped',
  async () => {
    const first = await start();
    writeFileSync(join(dataDir, 'params.txt'), 'the last prompt');
    first.send({ type: 'benchmark-start', options: OPTIONS });
    await first.running(3);
    const before = (await first.runs()).map(({ runId }) => runId);
    const processes = await descendantsOf(standIn.pid);
    expect(processes.length).toBeGreaterThan(1);
    process.kill(standIn.pid, 'SIGKILL');
    expect(await leftOf(processes)).toEqual([]);
    await standIn.stop();

    const second = await start();
    const offered = await second.idle();
    expect(offered.resumable).toMatchObject({ options: OPTIONS });
    expect(offered.resumable?.runsDone).toBeGreaterThan(1);
    second.send({ type: 'benchmark-resume' });
    await second.running(1);
    expect((await second.idle()).last).toMatchObject({ result: 'finished' });
    const after = (await second.runs()).map(({ runId }) => runId);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(new Set(after).size).toBe(after.length);
    expect((await second.estimate()).status).toBe('estimated');
    expect(readFileSync(join(dataDir, 'params.txt'), 'utf8')).toBe('the last prompt');
    expect(readdirSync(dataDir, { recursive: true }).filter((name) => String(name).endsWith('.png'))).toEqual([]);
    second.close();
  },
  5 * LIMIT_MS,
);

test(
  'a store that is damaged is set aside and told of on the page, and measuring works',
  async () => {
    await start();
    await standIn.stop();
    const folder = join(dataDir, 'headroom');
    const damaged = 'no database, however long. '.repeat(500);
    for (const name of readdirSync(folder).filter((file) => file.startsWith('headroom.sqlite')))
      rmSync(join(folder, name));
    writeFileSync(join(folder, 'headroom.sqlite'), damaged);

    const page = await start();
    expect((await page.ready()).notices).toMatchObject([
      { level: 'warning', notice: { code: 'store', notice: { code: 'set-aside' } } },
    ]);
    const [kept] = readdirSync(folder).filter((name) => name.includes('.broken-'));
    expect(readFileSync(join(folder, kept ?? ''), 'utf8')).toBe(damaged);
    page.send({ type: 'benchmark-start', options: { ...OPTIONS, maxSizePx: 256, maxBatchSize: 1 } });
    await page.running(1);
    expect((await page.idle()).last).toMatchObject({ result: 'finished' });
    page.close();
  },
  3 * LIMIT_MS,
);
