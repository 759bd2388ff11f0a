/** The tab's box for a pasted error, and what it says of a generation that ran out of memory. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { RAN_OUT } from '../frontend-js/readout/examples.ts';
import { pageOfEach } from './with-page.ts';

const ERROR =
  'RuntimeError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

const page = pageOfEach();
beforeEach(() => page.openTab());
const part = () => page.part('Explain an error');

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

test('a generation that ran out of memory is told of beside the sliders, and explained in the tab by a click', async () => {
  const { page: shown, sidecar } = page.now;
  const readout = shown.locator('#headroom_txt2img_readout');
  await shown.locator('#tabs').getByRole('button', { name: 'txt2img' }).click();
  sidecar.sendState({ notices: [{ level: 'warning', notice: RAN_OUT }] });
  await readout.locator('.headroom-told').getByText('It ran out of memory: at least 3.0 GiB short.').waitFor();
  await readout.getByRole('button', { name: 'Explain' }).click();
  await part().getByText('Plain size: at least 3.00 GiB more would have been needed.').waitFor();
  await part().getByText('firefox').waitFor();
  assert.equal(await shown.evaluate('document.activeElement.className'), 'headroom-last');
  sidecar.sendState({ notices: [] });
  await part().getByText('Plain size').waitFor({ state: 'hidden' });
});

test('of other settings than those that ran out of memory nothing is said beside the sliders', async () => {
  const { page: shown, sidecar } = page.now;
  await shown.locator('#tabs').getByRole('button', { name: 'txt2img' }).click();
  sidecar.sendState({ notices: [{ level: 'warning', notice: RAN_OUT }] });
  const explain = shown.locator('#headroom_txt2img_readout').getByRole('button', { name: 'Explain' });
  await explain.waitFor();
  await shown.locator('#txt2img_width input[type=number]').fill('640');
  await explain.waitFor({ state: 'hidden' });
});
