/** The tab's tables of what fits, and of what would. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { AdviceResult } from '../../service/protocol/advice.ts';
import { runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const LARGEST: AdviceResult = {
  about: 'largest',
  size: { width: 1024, height: 1024 },
  batchSize: 4,
  hires: null,
  table: {
    operation: 'txt2img',
    batchSizes: [1, 2],
    rows: [
      {
        shape: '1:1',
        sizes: [
          { width: 1536, height: 1536 },
          { width: 1088, height: 1088 },
        ],
      },
      { shape: '9:16', sizes: [{ width: 1152, height: 2048 }, null] },
    ],
    limitedBy: 'decode',
  },
};
const figure = { valueMiB: 5000, lowMiB: 4900, highMiB: 5100 };
const row = { vramMode: 'none', vae: 'half', required: figure, peak: figure, verdict: 'fits' } as const;
const FLAGS: AdviceResult = {
  about: 'flags',
  cardsMiB: [4096, 8192],
  rows: [
    { ...row, attention: 'sdp', isNow: true, onCards: ['will-not-fit', 'fits'] },
    { ...row, attention: 'Doggettx', isNow: false, onCards: ['tight', 'fits'] },
  ],
  unknown: [],
};

const page = pageOfEach();
beforeEach(async () => {
  const fixture = await page.open();
  fixture.sidecar.advice = ({ about }) => (about === 'flags' ? FLAGS : LARGEST);
  await fixture.page.locator('#txt2img_width input[type=number]').fill('768');
  await fixture.page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
});

const rowsOf = (name: string) => page.part(name).getByRole('row').allInnerTexts();
const compare = () => page.part('What if').getByRole('button', { name: 'Compare flags' }).click();
const askedOf = (about: 'largest' | 'flags') =>
  page.now.sidecar.ordersOf('advice').filter((order) => order.type === 'advice' && order.about === about);

test('the largest sizes are a table of shapes by batch size, there without asking, and what sets the limit', async () => {
  const part = page.part('What fits');
  await part.getByText('What limits one picture on this card: decoding it needs the most').waitFor();
  assert.deepEqual(await rowsOf('What fits'), [
    '\tbatch 1\tbatch 2',
    '1:1\t1536x1536\t1088x1088',
    '9:16\t1152x2048\tnone fits',
  ]);
  const [asked] = askedOf('largest');
  assert.ok(asked?.type === 'advice');
  assert.deepEqual([asked.settings.operation, asked.settings.width, asked.settings.hires], ['txt2img', 768, null]);
});

test('each operation has its own sizes', async () => {
  const part = page.part('What fits');
  await part.getByRole('radio', { name: 'hires fix, latent upscaler' }).check();
  for (let tries = 0; tries < 200 && askedOf('largest').length < 2; tries += 1) await page.now.page.waitForTimeout(20);
  const asked = askedOf('largest').at(-1);
  assert.ok(asked?.type === 'advice');
  assert.deepEqual([asked.settings.operation, asked.settings.hires?.upscaler], ['hires_latent', 'Latent']);
});

test('how right the estimates were is said of the runs that count', async () => {
  const { sidecar } = page.now;
  const part = page.part('What fits');
  await part.getByRole('row').first().waitFor();
  assert.equal(await part.getByText('measured here').isVisible(), false);
  sidecar.rows = [
    runRow({ webuiPeakMiB: 3000, estimatedWebuiPeakMiB: 3030 }),
    runRow({ runId: 'run-2', origin: 'ordinary', webuiPeakMiB: 3000, estimatedWebuiPeakMiB: 2910 }),
    runRow({ runId: 'run-3', webuiPeakMiB: 1000, marks: ['warm-up'] }),
  ];
  const calibration = { ...sidecar.state.calibration, runs: 13 };
  sidecar.sendState({ calibration });
  await part.getByText('2 runs measured here: the estimated peak was 2.0 % off on average, 3.0 % at most.').waitFor();
});

test('a button leads back to txt2img', async () => {
  await page.part('What fits').getByRole('button', { name: 'Back to txt2img' }).click();
  await page.now.page.locator('#headroom_txt2img_readout').waitFor();
});

test('flags are compared on this card and on others, and those in force are marked', async () => {
  await compare();
  await page.part('What if').getByText('For 768x512; * marks the flags in force.').waitFor();
  const told = await rowsOf('What if');
  assert.match(told[0] ?? '', /attention.*required.*peak.*here.*4 GB.*8 GB/s);
  assert.match(told[1] ?? '', /\* sdp.*4\.9 GiB.*will not fit.*fits/s);
  assert.equal(told.length, 3);
});

test('where nothing can be told it says why', async () => {
  page.now.sidecar.advice = () => ({ about: 'nothing', why: { code: 'unknown-networks' } });
  await page.part('What fits').getByRole('radio', { name: 'img2img' }).check();
  await page.part('What fits').getByText('not known well enough').waitFor();
  assert.deepEqual(await rowsOf('What fits'), []);
  await compare();
  await page.part('What if').getByText('not known well enough').waitFor();
});

test('settings that make no sense are not asked about', async () => {
  const { page: opened } = page.now;
  await opened.locator('#tabs').getByRole('button', { name: 'txt2img' }).click();
  await opened.locator('#txt2img_width input[type=number]').fill('-5');
  await opened.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
  await compare();
  await page.part('What if').getByText('make no sense yet').waitFor();
  assert.deepEqual(askedOf('flags'), []);
});
