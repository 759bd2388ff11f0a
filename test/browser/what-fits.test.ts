/** The tab's tables of what fits, and of what would. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { AdviceResult } from '../../service/protocol/advice.ts';
import { runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const LARGEST: AdviceResult = {
  about: 'largest',
  size: { width: 1024, height: 1024, base: null, scale: null },
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
    { ...row, attention: 'sdp', isNow: true, onCards: ['will-not-fit', 'fits'], slicesMayNotFit: false },
    { ...row, attention: 'Doggettx', isNow: false, onCards: ['tight', 'fits'], slicesMayNotFit: false },
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
    '\tbatch 1now\tbatch 2',
    '1:1\t1536x1536\t1088x1088',
    '16:9\t2048x1152\tnone fits',
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
  await part
    .getByText(
      '2 runs without a cap measured here: the estimated peak, without the CUDA context and other programs, was 2.0 % off on average, 3.0 % at most.',
    )
    .waitFor();
});

test('a button leads back to txt2img', async () => {
  await page.part('What fits').getByRole('button', { name: 'Back to txt2img' }).click();
  await page.now.page.locator('#headroom_txt2img_readout').waitFor();
});

test('flags are compared on this card and on others, and those in force are marked', async () => {
  await compare();
  await page.part('What if').getByText('For 768x512: it fits with the flags as they are now.').waitFor();
  const told = await rowsOf('What if');
  assert.match(told[0] ?? '', /here.*attention.*required.*peak.*4 GB.*8 GB/s);
  assert.match(told[1] ?? '', /fits.*sdp\s*now.*4\.9 GiB.*will not fit.*fits/s);
  assert.equal(told.length, 3);
});

describe('of flags under which it will not fit as it is', () => {
  beforeEach(async () => {
    const more = { valueMiB: 9000, lowMiB: 8900, highMiB: 9100 };
    page.now.sidecar.advice = () => ({
      ...FLAGS,
      rows: [
        {
          ...row,
          attention: 'V1',
          isNow: false,
          required: more,
          verdict: 'will-not-fit',
          onCards: [],
          slicesMayNotFit: false,
        },
        { ...row, attention: 'Doggettx', isNow: true, verdict: 'will-not-fit', onCards: [], slicesMayNotFit: false },
        { ...row, attention: 'sdp', vramMode: 'lowvram', isNow: false, onCards: [], slicesMayNotFit: false },
        { ...row, attention: 'sdp', isNow: false, onCards: [], slicesMayNotFit: false },
      ],
    });
    await compare();
  });
  /** By what is told in the column that names the rows. */
  const named = async () =>
    (await page.part('What if').getByRole('rowheader').allInnerTexts()).map((text) => text.trim());

  test('the nearest that fit comes first, with a sentence, and those that need more are folded away', async () => {
    await page.part('What if').getByText('it fits with sdp attention, and needs 4.9 GiB.').waitFor();
    assert.deepEqual(await named(), ['sdp', 'sdp', 'Doggettxnow']);
    await page.part('What if').getByRole('button', { name: 'Show 1 row that need more than now' }).click();
    assert.deepEqual(await named(), ['sdp', 'sdp', 'Doggettxnow', 'V1']);
    await page.part('What if').getByRole('button', { name: 'Hide what needs more than now' }).click();
    assert.equal((await named()).length, 3);
  });

  test('each heading sorts, the same once more the other way, and says so', async () => {
    const heading = page.part('What if').getByRole('columnheader', { name: 'attention' });
    await heading.getByRole('button').click();
    assert.deepEqual(
      [await named(), await heading.getAttribute('aria-sort')],
      [['Doggettxnow', 'sdp', 'sdp'], 'ascending'],
    );
    await heading.getByRole('button').click();
    assert.deepEqual(
      [await named(), await heading.getAttribute('aria-sort')],
      [['sdp', 'sdp', 'Doggettxnow'], 'descending'],
    );
  });

  test('the verdict is in sight on a phone, and an edge says that there is more', async () => {
    await page.now.page.setViewportSize({ width: 390, height: 844 });
    const region = page.part('What if').getByRole('region', { name: 'Table of flags' });
    const [box, verdict] = [
      await region.boundingBox(),
      await page.part('What if').getByRole('cell', { name: 'fits' }).first().boundingBox(),
    ];
    assert.ok(box !== null && verdict !== null && verdict.x + verdict.width <= box.x + box.width);
    await page.part('What if').locator('[data-more~=right]').waitFor();
    await region.evaluate((node) => node.scrollTo(node.scrollWidth, 0));
    await page.part('What if').locator('[data-more~=right]').waitFor({ state: 'detached' });
  });
});

describe('a size of the table', () => {
  const field = (name: string) => page.now.page.locator(`#txt2img_${name} input[type=number]`);
  const values = () => Promise.all(['width', 'height', 'batch_size'].map((name) => field(name).inputValue()));
  const size = (name: string) => page.part('What fits').getByRole('button', { name, exact: true });

  test('is set with its batch size by a click, and put back by another', async () => {
    await size('1088x1088').click();
    await page.part('What fits').getByText('txt2img now stands at 1088x1088, batch size 2.').waitFor();
    assert.deepEqual(await values(), ['1088', '1088', '2']);
    await page.part('What fits').getByRole('button', { name: 'Undo' }).click();
    await size('1088x1088').and(page.now.page.locator(':focus')).waitFor();
    assert.deepEqual(await values(), ['768', '512', '1']);
    assert.equal(await page.part('What fits').getByText('now stands at').isVisible(), false);
  });

  test('can be put back beside the sliders too, as long as nobody moves them', async () => {
    await size('1088x1088').click();
    await page.part('What fits').getByRole('button', { name: 'Back to txt2img' }).click();
    await page.now.page.locator('#headroom_txt2img_readout').getByRole('button', { name: 'Undo' }).waitFor();
    await field('width').fill('640');
    await page.now.page.locator('#tabs').getByRole('button', { name: 'Headroom' }).click();
    await page.part('What fits').getByRole('button', { name: 'Undo' }).waitFor({ state: 'hidden' });
  });

  test('of the own shape and batch size is marked, and lies as the sliders do', async () => {
    assert.deepEqual(await rowsOf('What fits'), [
      '\tbatch 1now\tbatch 2',
      '1:1\t1536x1536\t1088x1088',
      '16:9\t2048x1152\tnone fits',
    ]);
    assert.equal(await page.part('What fits').locator('td[aria-current]').count(), 0);
    await page.now.page.evaluate("document.querySelector('#txt2img_width input[type=number]').value = '512'");
    await page.part('What fits').locator('td[aria-current]', { hasText: '1536x1536' }).waitFor();
    assert.equal((await rowsOf('What fits'))[1], '1:1now\t1536x1536\t1088x1088');
  });

  test('of hires fix turns it on where it is off, says so before, and off again by Undo', async () => {
    const part = page.part('What fits');
    const hires = page.now.page.locator('#txt2img_hr-checkbox input');
    await part.getByRole('radio', { name: 'hires fix, image upscaler' }).check();
    await part.getByText('A click on a size sets it and turns hires fix on.').waitFor();
    const told = 'Turn hires fix on and set txt2img to 768x768, hires fix to 1536x1536 with Lanczos';
    assert.equal(await size('1536x1536').getAttribute('title'), told);
    await size('1536x1536').click();
    await part.getByText('txt2img now stands at 768x768, hires fix to 1536x1536 with Lanczos.').waitFor();
    const upscaler = page.now.page.locator('#txt2img_hr_upscaler input');
    assert.deepEqual([await hires.isChecked(), await upscaler.inputValue()], [true, 'Lanczos']);
    await part.getByText('A click on a size sets it.').waitFor();
    await part.getByRole('button', { name: 'Undo' }).click();
    await part.getByText('A click on a size sets it and turns hires fix on.').waitFor();
    assert.deepEqual([await hires.isChecked(), await upscaler.inputValue()], [false, 'Latent']);
    assert.deepEqual(await values(), ['768', '512', '1']);
  });

  test('without hires fix turns it off where it is on', async () => {
    const part = page.part('What fits');
    const hires = page.now.page.locator('#txt2img_hr-checkbox input');
    await hires.evaluate((box: HTMLInputElement) => box.click());
    await part.getByText('A click on a size sets it and turns hires fix off.').waitFor();
    await size('1088x1088').click();
    await part.getByText('txt2img now stands at 1088x1088, batch size 2.').waitFor();
    assert.equal(await hires.isChecked(), false);
  });

  test('that is cut on a phone has an edge that says so', async () => {
    const table = { ...LARGEST, table: { ...LARGEST.table, batchSizes: [1, 2, 4, 8] } };
    const sizes = [4, 3, 2, 1].map((times) => ({ width: times * 512, height: times * 512 }));
    page.now.sidecar.advice = () => ({ ...table, table: { ...table.table, rows: [{ shape: '1:1', sizes }] } });
    await page.part('What fits').getByRole('radio', { name: 'img2img' }).check();
    await page.part('What fits').getByText('2048x2048').waitFor();
    assert.equal(await page.part('What fits').locator('[data-more]').count(), 0);
    await page.now.page.setViewportSize({ width: 390, height: 844 });
    await page.part('What fits').locator('[data-more~=right]').waitFor();
  });
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
