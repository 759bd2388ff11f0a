/** Before and after the first picture of a WebUI's process, whose context grows with it on the simulated card. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { generate } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { killSidecar, LIMIT_MS, openPage, type Estimated, type Page } from './page.ts';

/** All but the first are near the edge of the card. */
const SETTINGS = [512, 1408, 1440, 1472].map((px): GenerationSettings => ({
  operation: 'txt2img',
  width: px,
  height: px,
  batchSize: 1,
  hires: null,
}));
/** As test/simulated_card/device.py has it. */
const LOADED_MIB = 398 - 254;

let dataDir: string;
let standIn: BuiltStandIn;
let page: Page;

async function start(): Promise<void> {
  standIn = await startBuiltStandIn(8, ['--pace', '0'], dataDir);
  page = await openPage(standIn.url);
  await page.ready();
}

async function stop(): Promise<void> {
  page.close();
  await standIn.stop();
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-first-'));
  await start();
}, LIMIT_MS);
afterAll(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const noteOf = ({ notes }: Estimated) => notes.find(({ code }) => code === 'first-picture');

async function estimates(): Promise<Estimated[]> {
  await page.until(({ calibration }) => calibration.state !== 'none');
  const all: Estimated[] = [];
  for (const settings of SETTINGS) all.push(await page.estimated(settings));
  return all;
}

/** The same, once the others were read after the first picture. */
async function estimatesAfterIt(): Promise<Estimated[]> {
  let all = await estimates();
  for (const sinceMs = performance.now(); all.some(noteOf) && performance.now() - sinceMs < LIMIT_MS;) {
    await sleep(100);
    all = await estimates();
  }
  return all;
}

const GRAVITY = ['fits', 'tight', 'will-not-fit'];

test.each([
  [0, 'what others have published'],
  [1, 'what the process before it has loaded'],
])(
  'with %i processes seen, what is required after it lies in the interval of before, and nothing that surely fitted is in doubt: by %s',
  async (processes) => {
    if (processes > 0) {
      await stop();
      await start();
    }
    const before = await estimates();
    for (const estimate of before) {
      const note = noteOf(estimate);
      expect(note).toMatchObject({ processes });
      if (note?.code !== 'first-picture') throw new Error('not told');
      expect(note.lowMiB).toBeLessThanOrEqual(LOADED_MIB);
      expect(note.highMiB).toBeGreaterThanOrEqual(LOADED_MIB);
    }
    const [smallest] = SETTINGS;
    if (smallest === undefined) throw new Error('no settings');
    await generate(standIn.url, smallest);
    await page.until(({ calibration }) => calibration.runs > processes);
    const after = await estimatesAfterIt();
    for (const [n, { required, verdict }] of after.entries()) {
      const earlier = before[n];
      if (earlier === undefined) throw new Error('not asked before');
      expect(required.valueMiB).toBeGreaterThanOrEqual(earlier.required.lowMiB);
      expect(required.valueMiB).toBeLessThanOrEqual(earlier.required.highMiB);
      if (earlier.verdict === 'fits') expect(verdict).toBe('fits');
      if (verdict === 'fits') expect(GRAVITY.indexOf(earlier.verdict)).toBeLessThan(GRAVITY.indexOf('will-not-fit'));
    }
  },
  2 * LIMIT_MS,
);

test(
  'a sidecar that is started again knows that the WebUI has made its first picture',
  async () => {
    page.close();
    await killSidecar(standIn.pid);
    page = await openPage(standIn.url);
    await page.ready();
    const all = await estimates();
    expect(all.map(noteOf)).toEqual(SETTINGS.map(() => undefined));
  },
  LIMIT_MS,
);
