/** The tab's tables of what would fit. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { AdviceResult } from '../../service/protocol/advice.ts';
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

const part = () => page.part('What fits');
const press = (name: string) => part().getByRole('button', { name }).click();
const rows = () => part().getByRole('row').allInnerTexts();

test('the largest sizes are a table of shapes by batch size, for the settings on txt2img', async () => {
  await press('Largest sizes');
  await part().getByText('For 768x512.').waitFor();
  assert.deepEqual(await rows(), ['\tbatch 1\tbatch 2', '1:1\t1536x1536\t1088x1088', '9:16\t1152x2048\tnone fits']);
  const asked = page.now.sidecar.ordersOf('advice').at(-1);
  assert.ok(asked?.type === 'advice');
  assert.deepEqual([asked.about, asked.settings.width, asked.settings.height], ['largest', 768, 512]);
});

test('flags are compared on this card and on others, and those in force are marked', async () => {
  await press('Compare flags');
  await part().getByText('* marks the flags in force').waitFor();
  const told = await rows();
  assert.match(told[0] ?? '', /attention.*required.*peak.*here.*4 GB.*8 GB/s);
  assert.match(told[1] ?? '', /\* sdp.*4\.9 GiB.*will not fit.*fits/s);
  assert.equal(told.length, 3);
});

test('where nothing can be told it says why', async () => {
  page.now.sidecar.advice = () => ({ about: 'nothing', why: { code: 'unknown-networks' } });
  await press('Largest sizes');
  await part().getByText('not known well enough').waitFor();
  assert.deepEqual(await rows(), []);
});

test('settings that make no sense are not asked about', async () => {
  const { page: opened } = page.now;
  await opened.locator('#tabs').getByRole('button', { name: 'txt2img' }).click();
  await opened.locator('#txt2img_width input[type=number]').fill('-5');
  await opened.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
  await press('Largest sizes');
  await part().getByText('make no sense yet').waitFor();
  assert.deepEqual(page.now.sidecar.ordersOf('advice'), []);
});
