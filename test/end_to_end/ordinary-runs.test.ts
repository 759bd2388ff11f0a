/** What a person's own generations do to the estimates, and what a changed set-up does: through the whole product. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lastInWords } from '../../frontend-js/tab/accuracy.ts';
import { noticeInWords } from '../../service/words/index.ts';
import type { Notice } from '../../service/protocol/notice.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { RunRow } from '../../service/protocol/viewer.ts';
import { generate } from '../../tools/demo/generate.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, openPage, type Estimated, type Page } from './page.ts';

const MORE_MIB = 1229;

let dataDir: string;
let standIn: BuiltStandIn;
let page: Page;

async function start(...args: string[]): Promise<void> {
  // Under a card's own laws some runs were marked as disturbed on a busy machine, for a reason not yet found.
  standIn = await startBuiltStandIn(8, ['--pace', '0', '--laws', 'traced', ...args], dataDir);
  page = await openPage(standIn.url);
  await page.ready();
}

async function stop(): Promise<void> {
  page.close();
  await standIn.stop();
}

async function benchmark(): Promise<void> {
  page.send({ type: 'benchmark-start', options: OPTIONS });
  await page.running(1);
  expect((await page.idle()).last).toMatchObject({ result: 'finished' });
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headroom-ordinary-'));
  await start();
  await benchmark();
}, 3 * LIMIT_MS);
afterAll(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const txt2img = (width: number, height: number, batchSize: number): GenerationSettings => ({
  operation: 'txt2img',
  width,
  height,
  batchSize,
  hires: null,
});
const INSIDE = [
  txt2img(640, 512, 1),
  txt2img(512, 512, 2),
  txt2img(576, 448, 1),
  txt2img(448, 448, 2),
  txt2img(512, 640, 1),
];

async function calibration() {
  return (await page.ready()).calibration;
}

/**
 * Generates one after the other; their rows as the table has them once all are stored, in the order of their
 * generation.
 */
async function generateAll(
  all: readonly GenerationSettings[],
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<RunRow[]> {
  const { kept } = await calibration();
  for (const settings of all) await Promise.all([generate(standIn.url, settings), meanwhile()]);
  await page.until((state) => state.calibration.kept === kept + all.length);
  return (await page.runs()).slice(0, all.length).reverse();
}

const estimated = (settings: GenerationSettings): Promise<Estimated> => page.estimated(settings);

/** Sets an option of the WebUI's; resolves once the sidecar has heard of the set-up that follows. */
async function chooseAttention(option: string, name: string): Promise<void> {
  await standIn.control({ options: { cross_attention_optimization: option } });
  await page.until(({ environment }) => environment?.key['attention'] === name);
}

describe("a person's own generations", () => {
  test(
    'are stored beside what was estimated of them, enter the fit, and are summed up',
    async () => {
      const before = await calibration();
      const rows = await generateAll(INSIDE.slice(0, 3));
      expect(rows).toMatchObject(
        INSIDE.slice(0, 3).map((settings) => ({ origin: 'ordinary', outcome: 'ok', settings, marks: [] })),
      );
      for (const { estimatedPeakMiB, devicePeakMiB } of rows)
        expect(Math.abs((estimatedPeakMiB ?? 0) / (devicePeakMiB ?? NaN) - 1)).toBeLessThan(0.05);
      expect((await calibration()).runs).toBe(before.runs + 3);
      expect(lastInWords(await page.runs())).toMatch(
        /^Your last 3 generations, estimated against measured peak without the CUDA context and other programs: \d\.\d % off on average/,
      );
    },
    LIMIT_MS,
  );

  test(
    'during which another program took memory are marked and left out',
    async () => {
      const before = await calibration();
      const [row] = await generateAll([txt2img(512, 512, 1)], () => standIn.control({ otherMiB: 300 }));
      const gone = page.waitFor('memory', ({ othersMiB }) => othersMiB !== null && othersMiB < 500, LIMIT_MS);
      await standIn.control({ otherMiB: 0 });
      await gone;
      expect(row).toMatchObject({ outcome: 'ok', marks: ['disturbed'] });
      expect((await calibration()).runs).toBe(before.runs);
    },
    LIMIT_MS,
  );

  test(
    'that run out of memory are lower bounds for the fit',
    async () => {
      const before = await calibration();
      const large = txt2img(2048, 2048, 8);
      const [row] = await generateAll([large]);
      expect(row).toMatchObject({ outcome: 'oom', marks: [] });
      expect((await calibration()).runs).toBe(before.runs + 1);
      const { required, verdict } = await estimated(large);
      expect(verdict).toBe('will-not-fit');
      expect(required.lowMiB).toBeGreaterThan(row?.devicePeakMiB ?? Infinity);
    },
    LIMIT_MS,
  );
});

test(
  'one that runs out of memory is explained where the page shows notices: tensor, phase, cause, and what helps',
  async () => {
    await generateAll([txt2img(2048, 2048, 8)]);
    const state = await page.until(({ notices }) =>
      notices.some(({ notice }) => notice.code === 'ran-out' && notice.remedies.length > 0),
    );
    const notice = state.notices.map((one) => one.notice).find(({ code }) => code === 'ran-out');
    expect(notice).toMatchObject({
      settings: txt2img(2048, 2048, 8),
      explanation: {
        reading: { kind: 'cuda', phase: 'sampling', triedMiB: expect.any(Number), freeMiB: expect.any(Number) },
        tensor: { latent: [256, 256], batch: expect.any(Number) },
        cause: { code: 'plain-size' },
      },
    });
    expect(noticeInWords(notice as Notice)).toMatch(/ran out of memory.* This was while sampling\. .*What helps: /);
    await generateAll([txt2img(512, 512, 1)]);
    await page.until(({ notices }) => notices.every((one) => one.notice.code !== 'ran-out'));
  },
  2 * LIMIT_MS,
);

describe('another attention optimisation', () => {
  test(
    'of the same kind is estimated from the set-up that was measured, with a wider interval, and says so',
    async () => {
      const own = await estimated(txt2img(512, 512, 2));
      await chooseAttention('xformers', 'xformers');
      const similar = await estimated(txt2img(512, 512, 2));
      expect(similar).toMatchObject({
        basis: 'similar',
        notes: [{ code: 'similar', similar: { changes: [{ name: 'attention', before: 'sdp', after: 'xformers' }] } }],
      });
      for (const figure of ['required', 'peak'] as const) {
        expect(similar[figure].highMiB - similar[figure].lowMiB).toBeGreaterThan(
          2 * (own[figure].highMiB - own[figure].lowMiB),
        );
      }
      expect(await calibration()).toMatchObject({
        state: 'none',
        runs: 0,
        finding: { code: 'similar' },
      });
    },
    LIMIT_MS,
  );

  test(
    'of another kind is not estimated from it, but from what is known of the networks',
    async () => {
      await chooseAttention('InvokeAI', 'InvokeAI');
      expect(await estimated(txt2img(512, 512, 1))).toMatchObject({ basis: 'unmeasured' });
    },
    LIMIT_MS,
  );

  test(
    'and back finds the calibration as it was',
    async () => {
      await chooseAttention('Automatic', 'sdp');
      expect((await estimated(txt2img(512, 512, 2))).basis).toBe('inside');
    },
    LIMIT_MS,
  );
});

describe('once generations need more than before', () => {
  test(
    'four are outliers; the fifth raises the alarm, and the interval reaches as far as they did',
    async () => {
      const before = await estimated(txt2img(512, 512, 1));
      await standIn.control({ extraMiB: MORE_MIB });
      const rows = await generateAll(INSIDE);
      expect(rows.map(({ marks }) => marks)).toEqual([['outlier'], ['outlier'], ['outlier'], ['outlier'], []]);
      const { notices } = await page.ready();
      expect(notices).toMatchObject([{ level: 'warning', notice: { code: 'drift', drift: { similar: null } } }]);
      expect(notices.map(({ notice }) => noticeInWords(notice))).toEqual([
        expect.stringMatching(/^\+1\.2 GiB against the estimates since \S+ \S+ UTC: run the benchmark again\.$/),
      ]);
      const { required, drift } = await estimated(txt2img(512, 512, 1));
      expect(drift).toEqual(expect.objectContaining({ similar: null }));
      expect(required.highMiB - before.required.highMiB).toBeGreaterThan(0.9 * MORE_MIB);
    },
    LIMIT_MS,
  );

  test(
    'a new benchmark ends the alarm, and its runs alone count',
    async () => {
      await benchmark();
      const { notices, calibration: found } = await page.ready();
      expect(notices).toEqual([]);
      expect(found).toMatchObject({ state: 'ready', runs: 11 });
      expect((await page.runs()).at(-1)).toMatchObject({ marks: expect.arrayContaining(['superseded']) });
      const { peak, notes, drift } = await estimated(txt2img(640, 512, 2));
      const { devicePeakMiB } = await generate(standIn.url, txt2img(640, 512, 2));
      expect({ notes, drift }).toEqual({ notes: [], drift: null });
      expect(Math.abs(peak.valueMiB / devicePeakMiB - 1)).toBeLessThan(0.05);
    },
    2 * LIMIT_MS,
  );
});

test(
  'under a newer torch that needs more, estimates come from the older one, and five generations raise the alarm',
  async () => {
    await stop();
    await start('--torch-version', '2.3.0+cu121');
    const changes = [{ name: 'torch', before: '2.1.2+cu121', after: '2.3.0+cu121' }];
    expect(await estimated(txt2img(512, 512, 1))).toMatchObject({
      basis: 'similar',
      notes: [
        { code: 'similar', similar: { changes, imported: false } },
        { code: 'first-picture', processes: 0 },
      ],
    });
    await standIn.control({ extraMiB: 2 * MORE_MIB });
    expect((await generateAll(INSIDE)).map(({ marks }) => marks)).toEqual([[], [], [], [], []]);
    expect((await page.ready()).notices.map(({ notice }) => noticeInWords(notice))).toEqual([
      expect.stringMatching(
        /^\+1\.2 GiB against the estimates since torch 2\.1\.2\+cu121 -> 2\.3\.0\+cu121: run the benchmark again\.$/,
      ),
    ]);
  },
  3 * LIMIT_MS,
);

test(
  'attention that adapts to free memory in a way that is not known has no figure, no benchmark, and a warning where it may be unable to slice',
  async () => {
    await stop();
    await start('--webui-version', 'v1.5.2');
    await chooseAttention('Doggettx', 'Doggettx');
    expect(await page.estimate(txt2img(512, 512, 1))).toMatchObject({
      status: 'adapts',
      why: { code: 'finding', finding: { code: 'unable', why: { code: 'attention-adapts' } }, unsliceable: [] },
    });
    expect(await page.estimate(txt2img(1632, 2448, 1))).toMatchObject({
      status: 'adapts',
      why: { code: 'finding', unsliceable: [{ width: 1632, height: 2448 }] },
    });
    const refused = page.waitFor('refused', () => true, LIMIT_MS);
    page.send({ type: 'benchmark-start', options: OPTIONS });
    expect((await refused).refusal).toEqual({ code: 'unable', why: { code: 'attention-adapts' } });
  },
  LIMIT_MS,
);
