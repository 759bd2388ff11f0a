/**
 * Doggettx, the WebUI's own choice on a card, slices attention to fit the memory that is free: through the whole
 * product.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import { generate } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, openPage, type Page } from './page.ts';

let dataDir: string;
let standIn: BuiltStandIn;
let page: Page;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-doggettx-'));
  standIn = await startBuiltStandIn(8, ['--pace', '0'], dataDir);
  page = await openPage(standIn.url);
  await page.ready();
  await standIn.control({ options: { cross_attention_optimization: 'Doggettx' } });
  await page.until(({ environment }) => environment?.key['attention'] === 'Doggettx');
  const ended = page.waitFor(
    'benchmark',
    ({ benchmark }) => benchmark.state === 'idle' && benchmark.last !== null,
    5 * LIMIT_MS,
  );
  page.send({
    type: 'benchmark-start',
    options: { ...OPTIONS, operations: ['txt2img', 'img2img'], budget: 'default' },
  });
  expect((await ended).benchmark).toMatchObject({ last: { result: 'finished' } });
}, 6 * LIMIT_MS);
afterAll(async () => {
  page.close();
  await standIn.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const of = (
  operation: 'txt2img' | 'img2img',
  width: number,
  height: number,
  batchSize: number,
): GenerationSettings => ({ operation, width, height, batchSize, hires: null });

async function estimated(settings: GenerationSettings): Promise<Extract<EstimateResult, { status: 'estimated' }>> {
  const result = await page.estimate(settings);
  if (result.status !== 'estimated') throw new Error(JSON.stringify(result));
  return result;
}

describe('attention that slices to fit', () => {
  test.each([
    of('txt2img', 512, 512, 1),
    of('txt2img', 768, 704, 2),
    of('img2img', 704, 576, 3),
    of('txt2img', 1024, 1024, 2),
  ])(
    'peaks as estimated, whether it is sliced or not (%j)',
    async (settings) => {
      const { peak, verdict } = await estimated(settings);
      const { devicePeakMiB } = await generate(standIn.url, settings);
      expect(Math.abs(peak.valueMiB / devicePeakMiB - 1)).toBeLessThan(0.02);
      expect(verdict).not.toBe('will-not-fit');
    },
    LIMIT_MS,
  );

  test(
    'needs less than it takes where memory is free, and says that it adapts',
    async () => {
      const small = await estimated(of('txt2img', 512, 512, 1));
      const large = await estimated(of('txt2img', 768, 768, 2));
      expect(small.notes).not.toContainEqual(expect.objectContaining({ code: 'adapts-to-free-memory' }));
      expect(large.notes).toContainEqual({ code: 'adapts-to-free-memory', slices: expect.any(Number) });
      expect(large.peak.valueMiB - large.required.valueMiB).toBeGreaterThan(1000);
    },
    LIMIT_MS,
  );

  test(
    'still runs where another program leaves little more than it requires, with more slices and a lower peak',
    async () => {
      const settings = of('txt2img', 768, 768, 2);
      const before = await estimated(settings);
      const gone = page.waitFor('memory', ({ othersMiB }) => othersMiB !== null && othersMiB > 3500, LIMIT_MS);
      await standIn.control({ otherMiB: 3500 });
      await gone;
      const after = await estimated(settings);
      expect(after).toMatchObject({ verdict: 'fits' });
      expect(after.peak.valueMiB - 3500).toBeLessThan(before.peak.valueMiB - 500);
      const { devicePeakMiB } = await generate(standIn.url, settings);
      expect(Math.abs(after.peak.valueMiB / devicePeakMiB - 1)).toBeLessThan(0.02);
    },
    LIMIT_MS,
  );
});
