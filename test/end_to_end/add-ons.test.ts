/** An add-on, from its first generation to figures that hold it: through the whole product. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { notesInWords } from '../../service/words/index.ts';
import { generate, type Seen } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, openPage, type Page } from './page.ts';

const CONTROLNET = { ControlNet: { args: [{ enabled: true, model: 'canny', image: 'picture' }] } };
/** As the page reads it above the extension's controls. */
const LABEL = 'ControlNet v1.1.455';
const SETTINGS = txt2img(768, 768, 2);
const LARGER = txt2img(768, 768, 4);

let dataDir: string;
let standIn: BuiltStandIn;
let page: Page;

function txt2img(width: number, height: number, batchSize: number): GenerationSettings {
  return { operation: 'txt2img', width, height, batchSize, hires: null };
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-add-ons-'));
  standIn = await startBuiltStandIn(8, ['--pace', '0'], dataDir, ['controlnet']);
  page = await openPage(standIn.url);
  await page.ready();
}, 3 * LIMIT_MS);
afterAll(async () => {
  page.close();
  await standIn.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

async function estimated(settings: GenerationSettings, addOns: string[]): Promise<Estimated> {
  for (const sinceMs = Date.now(); Date.now() - sinceMs < LIMIT_MS; await sleep(100)) {
    const result = await page.estimate({ ...settings, ...(addOns.length > 0 && { addOns }) });
    if (result.status === 'estimated') return result;
  }
  throw new Error('no estimate came');
}

/** Until it is stored. */
async function generated(settings: GenerationSettings, addOns: Record<string, unknown> | null): Promise<Seen> {
  const { kept } = (await page.ready()).calibration;
  const seen = await generate(standIn.url, settings, addOns);
  await page.until(({ calibration }) => calibration.kept === kept + 1);
  return seen;
}

const off = (estimate: number, truth: number): number => Math.abs(estimate / truth - 1);

test(
  'ControlNet is not counted before a generation with it, and within a few per cent after one',
  async () => {
    await generated(SETTINGS, null);
    const plain = await estimated(SETTINGS, []);
    const before = await estimated(SETTINGS, [LABEL]);
    expect(before).toMatchObject({ required: plain.required, peak: plain.peak });
    expect(notesInWords(before.notes)).toContain('ControlNet is not counted yet: usually 690 MiB to 1.5 GiB.');

    const first = await generated(SETTINGS, CONTROLNET);
    const [row] = await page.runs();
    expect(row).toMatchObject({ origin: 'ordinary', outcome: 'ok', marks: ['extras'] });
    const after = await estimated(SETTINGS, [LABEL]);
    expect(notesInWords(after.notes)).toMatch(/ControlNet counted: \d+ MiB, measured in 1 run\./);
    expect(off(after.peak.valueMiB, first.devicePeakMiB)).toBeLessThan(0.03);
    expect(off(plain.peak.valueMiB, first.devicePeakMiB)).toBeGreaterThan(0.1);
  },
  LIMIT_MS,
);

test(
  'its network, which stays on the card, is not counted twice: the next generations show what was said',
  async () => {
    for (const settings of [SETTINGS, LARGER]) {
      const said = await estimated(settings, [LABEL]);
      const { devicePeakMiB } = await generated(settings, CONTROLNET);
      expect(devicePeakMiB).toBeGreaterThanOrEqual(said.peak.lowMiB);
      expect(devicePeakMiB).toBeLessThanOrEqual(said.peak.highMiB);
      const then = await estimated(settings, [LABEL]);
      expect(off(then.peak.valueMiB, devicePeakMiB)).toBeLessThan(0.05);
    }
  },
  LIMIT_MS,
);

test(
  'what an API call names and nobody has is refused, and what ControlNet refuses is generated without it',
  async () => {
    await expect(generate(standIn.url, SETTINGS, { Nobody: { args: [] } })).rejects.toThrow('422');
    const { devicePeakMiB } = await generated(SETTINGS, { ControlNet: { args: [{ enabled: true, model: 'other' }] } });
    expect(devicePeakMiB).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
