/** Bad input through the whole product: stand-in WebUI, shim, sidecar and the page's side of the wire. */
import { noEstimateInWords, remarkInWords } from '../../service/words/index.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BenchmarkOptions } from '../../service/protocol/benchmark.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { ViewerMessage } from '../../service/protocol/viewer.ts';
import { generate } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, killSidecar, openPage, type Page } from './page.ts';

/** So much that it is still at it when a test steps in between. */
const LONG: BenchmarkOptions = {
  maxSizePx: 1024,
  maxBatchSize: 8,
  operations: ['txt2img', 'hires_latent', 'hires_image', 'img2img'],
  budget: 'thorough',
};
const SMALL: GenerationSettings = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null };

let standIn: BuiltStandIn;
let page: Page;

beforeAll(async () => {
  standIn = await startBuiltStandIn(8, ['--second-card', '24', '--device-id', '1', '--pace', '0']);
  page = await openPage(standIn.url);
  await page.ready();
});
afterAll(async () => {
  page.close();
  await standIn.stop();
});

test('of two cards the one that the WebUI computes on is shown, not the first', async () => {
  const { device, devices } = await page.ready();
  expect(devices.map(({ index }) => index)).toEqual([0, 1]);
  expect(device).toMatchObject({ index: 1, name: expect.stringContaining('24GB') });
});

describe('a driver that fails', () => {
  const faults = [
    ['driver-missing', 'driver-missing', 'Install or start the driver'],
    ['lost', 'gpu-lost', 'restart the machine'],
    ['hang', 'hung', 'does not answer'],
  ] as const;
  test.each(faults)(
    '(%s) is told with what to do, stops no generation, and is over when it is over',
    async (fault, reason, words) => {
      await standIn.control({ fault });
      const { source, device } = await page.until((state) => state.source.reason === reason);
      expect(source.remark === null ? '' : remarkInWords(source.remark)).toContain(words);
      expect(device).toBeNull();
      expect((await generate(standIn.url, SMALL)).outcome).toBe('ok');
      await standIn.control({ fault: null });
      await page.until((state) => state.device?.index === 1);
    },
    2 * LIMIT_MS,
  );
});

describe('sliders that make no sense', () => {
  const target = (px: number): RequestedSettings['hires'] => ({
    width: px,
    height: px,
    uncroppedWidth: px,
    uncroppedHeight: px,
    upscaler: null,
  });
  test.each<[string, Partial<RequestedSettings>, string]>([
    ['a width of 0', { width: 0 }, '0x512 is too small'],
    ['an absurd height', { height: 1_000_000 }, '512x1000000 is beyond'],
    ['a batch of 0', { batchSize: 0 }, 'Batch size is 0'],
    ['an absurd batch', { batchSize: 1_000_000 }, 'Batch size 1000000 is beyond'],
    ['a hires target of 0', { operation: 'hires_latent', hires: target(0) }, 'Hires fix target 0x0 is too small'],
    [
      'an absurd hires target',
      { operation: 'hires_image', hires: target(1_000_000) },
      'Hires fix target 1000000x1000000 is beyond',
    ],
  ])('(%s) are answered in words', async (_what, settings, words) => {
    const result = await page.estimate(settings);
    expect(result.status).toBe('bad-settings');
    expect('why' in result && noEstimateInWords(result.why)).toContain(words);
  });
});

describe('a message that does not fit the protocol', () => {
  test.each<[string, unknown]>([
    ['an unknown type', { type: 'explode' }],
    ['no object', 'hello'],
    ['a wrong type of a field', { type: 'estimate', requestId: 'one', tab: 'txt2img', settings: SMALL }],
    ['a field too many', { type: 'runs', requestId: 1, constructor: {} }],
    ['a message of the shim', { type: 'cancel', runId: 'x' }],
  ])('(%s) is answered with an error, and the next one is heard', async (_what, message) => {
    const error = page.waitFor('error', ({ reason }) => reason === 'bad-message', LIMIT_MS);
    page.send(message as ViewerMessage);
    expect((await error).message).toContain('does not fit the protocol');
    expect((await page.estimate()).status).not.toBe('bad-settings');
  });

  test("of more than 64 KiB closes that page's connection alone", async () => {
    const other = await openPage(standIn.url);
    other.send({ type: 'forget-runs', keyHash: 'x'.repeat(70_000), which: 'all' });
    other.send({ type: 'estimate', requestId: 1, tab: 'txt2img', settings: SMALL });
    await expect(other.waitFor('estimate', () => true, 500)).rejects.toThrow('no fitting');
    expect((await page.estimate()).status).toBe('estimated');
    other.close();
  });
});

describe('a benchmark', () => {
  test(
    'is not started twice from two pages',
    async () => {
      const other = await openPage(standIn.url);
      await other.ready();
      page.send({ type: 'benchmark-start', options: OPTIONS });
      await page.running(1);
      const refused = other.waitFor('refused', () => true, LIMIT_MS);
      other.send({ type: 'benchmark-start', options: { ...OPTIONS, maxBatchSize: 1 } });
      expect((await refused).refusal).toEqual({ code: 'running', wanted: 'another' });
      other.close();
    },
    2 * LIMIT_MS,
  );

  test(
    'whose checkpoint is changed in its middle stops, says so, and goes on once it is changed back',
    async () => {
      await page.idle();
      page.send({ type: 'benchmark-start', options: LONG });
      await page.running(3);
      await standIn.control({ checkpoint: 'simulated-sdxl' });
      const stopped = await page.idle();
      expect(stopped.last).toMatchObject({
        result: 'failed',
        ending: { code: 'key-changed' },
      });
      expect(stopped.resumable).toBeNull();
      await standIn.control({ checkpoint: 'simulated-sd15' });
      const { benchmark } = await page.until(
        (state) => state.benchmark.state === 'idle' && state.benchmark.resumable !== null,
      );
      expect(benchmark).toMatchObject({ resumable: { options: { budget: 'thorough' } } });
    },
    2 * LIMIT_MS,
  );
});

test(
  'a sidecar that dies in mid-benchmark is started again and loses none of the runs',
  async () => {
    page.send({ type: 'benchmark-resume' });
    await page.running(5);
    const before = (await page.runs()).map(({ runId }) => runId);
    await killSidecar(standIn.pid);
    const { benchmark } = await page.until(
      (state) => state.environment !== null && state.benchmark.state === 'idle' && state.benchmark.resumable !== null,
    );
    expect(benchmark).toMatchObject({ resumable: { runsDone: expect.any(Number) } });
    const after = (await page.runs()).map(({ runId }) => runId);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(new Set(after).size).toBe(after.length);
  },
  2 * LIMIT_MS,
);
