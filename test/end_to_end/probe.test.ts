/** From figures before any run to measured ones: by a person's first picture, by a probe, and by a short benchmark. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import { generate } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, openPage, type Page } from './page.ts';

let standIn: BuiltStandIn;
let page: Page;

beforeAll(async () => {
  standIn = await startBuiltStandIn(8, ['--pace', '0']);
  page = await openPage(standIn.url);
  await page.ready();
}, LIMIT_MS);
afterAll(async () => {
  page.close();
  await standIn.stop();
});

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

async function estimated(): Promise<Estimated> {
  await page.until(({ calibration }) => calibration.state !== 'none');
  let result = await page.estimate({ width: 768, height: 768 });
  // After a start it takes a reading of the idle device.
  for (const sinceMs = Date.now(); result.status === 'no-memory-source' && Date.now() - sinceMs < LIMIT_MS;) {
    await sleep(50);
    result = await page.estimate({ width: 768, height: 768 });
  }
  if (result.status !== 'estimated') throw new Error(`no estimate: ${result.status}`);
  return result;
}

/** How the benchmark ended that was asked for. */
async function ended(why: 'probe' | 'enough') {
  const { benchmark } = await page.until(
    ({ benchmark: now }) => now.state === 'idle' && now.last?.ending.code === 'finished' && now.last.ending.why === why,
  );
  return benchmark;
}

const widthMiB = ({ required }: Estimated): number => required.highMiB - required.lowMiB;
let before: Estimated;

test(
  "a person's first picture in a new process measures the card",
  async () => {
    before = await estimated();
    expect(before.basis).toBe('unmeasured');
    await generate(standIn.url, { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null });
    await page.until(({ calibration }) => calibration.state === 'partial');
    expect(await page.runs()).toMatchObject([{ origin: 'ordinary', marks: [] }]);
    const after = await estimated();
    expect(after).toMatchObject({ basis: 'inside', notes: [{ code: 'finding', finding: { code: 'few', runs: 1 } }] });
    expect(widthMiB(after)).toBeLessThan(widthMiB(before));
  },
  2 * LIMIT_MS,
);

test(
  'so does a probe, with two runs and nothing else',
  async () => {
    const { keyHash, defaults } = await page.ready();
    if (keyHash === null) throw new Error('no checkpoint is loaded');
    page.send({ type: 'forget-runs', keyHash, which: 'all' });
    await page.until(({ calibration }) => calibration.state === 'unmeasured');
    page.send({ type: 'benchmark-start', options: { ...defaults, budget: 'probe' } });
    expect(await ended('probe')).toMatchObject({ resumable: null, last: { ending: { runs: 2, marked: 0 } } });
    expect((await page.runs()).map(({ origin, capMiB }) => [origin, capMiB])).toEqual([
      ['benchmark', null],
      ['benchmark', null],
    ]);
    const after = await estimated();
    expect(after).toMatchObject({ basis: 'inside', notes: [{ code: 'finding', finding: { code: 'few', runs: 2 } }] });
    expect(widthMiB(after)).toBeLessThan(widthMiB(before));
  },
  2 * LIMIT_MS,
);

test(
  'a benchmark after it runs caps and what the probe did not show, says that they were enough, and is calibrated',
  async () => {
    page.send({ type: 'benchmark-start', options: { ...OPTIONS, budget: 'default' } });
    expect(await ended('enough')).toMatchObject({ last: { result: 'finished', ending: { notReached: null } } });
    const rows = (await page.runs()).filter(({ origin }) => origin === 'benchmark');
    expect(rows.length).toBeLessThanOrEqual(10);
    expect(rows.filter(({ capMiB }) => capMiB !== null).length).toBeGreaterThanOrEqual(4);
    await page.until(({ calibration }) => calibration.state === 'ready');
    expect(await estimated()).toMatchObject({ basis: 'inside', notes: [] });
  },
  2 * LIMIT_MS,
);
