/** The tab's box for a pasted error. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openFixture, type FixturePage } from './pages.ts';

const ERROR =
  'RuntimeError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

let browser: Browser;
let fixture: FixturePage;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
beforeEach(async () => {
  fixture = await openFixture(browser, 'webui');
  await fixture.page.getByRole('button', { name: 'Headroom' }).click();
});
afterEach(async () => {
  assert.deepEqual(fixture.errors, []);
  await fixture.close();
});

const part = () => fixture.page.getByRole('region', { name: 'Explain an error' });

async function explain(text: string): Promise<void> {
  await part().getByLabel('Error text').fill(text);
  await part().getByRole('button', { name: 'Explain' }).click();
}

test('a pasted error is explained: what happened, the figures and the cause', async () => {
  await explain(ERROR);
  await part().getByText('The graphics card ran out of memory (CUDA).').waitFor();
  await part().getByText('asked for 4.00 GiB, free 512 MiB, in all 8.00 GiB').waitFor();
  await part().getByText('Plain size').waitFor();
});

test('the end of a long log is read, where the error stands', async () => {
  await explain(`${'0123456789 a line of a log\n'.repeat(500)}${ERROR}`);
  await part().getByText('The graphics card ran out of memory (CUDA).').waitFor();
});

test('what is no error is refused in a sentence that says what to paste', async () => {
  await explain('a photograph of an astronaut');
  await part().getByText('Paste the lines from "Traceback" to the error').waitFor();
});
