/** Rescue, switched on from the tab or from beside the sliders after a picture was lost as it was decoded. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OptionSet } from '../../service/protocol/options.ts';
import { FakeSidecar } from './fake-sidecar.ts';
import { ranOut } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { open, openTab } = pageOfEach();

/** As the sliders of the page stand. */
const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;
const RAN_OUT = { level: 'warning', notice: ranOut(SETTINGS) } as const;
const LOST = [RAN_OUT, { level: 'warning', notice: { code: 'rescue-offer' } } as const];

/** As the shim sets the option; the sidecar hears of it, and offers it no more while it is on. */
function withOption(sidecar: FakeSidecar): { on: boolean } {
  const option = { on: false };
  sidecar.state.notices = [...LOST];
  sidecar.setOption = ({ name, value, expected }): OptionSet => {
    assert.equal(name, 'headroom_rescue');
    const was = option.on;
    if (expected !== null && expected !== was) return { ok: false, reason: 'changed' };
    option.on = value === true;
    setTimeout(() => sidecar.sendState({ notices: option.on ? [RAN_OUT] : [...LOST] }), 50);
    return { ok: true, was };
  };
  return option;
}

describe('Rescue', () => {
  test('is not spoken of where no picture was lost', async () => {
    const { page } = await openTab();
    assert.equal(await page.getByText('The last picture was lost').isVisible(), false);
  });

  test('is switched on by one click, and off by another', async () => {
    let option = { on: false };
    const { page } = await openTab((sidecar) => {
      option = withOption(sidecar);
    });
    await page.getByText('The last picture was lost').waitFor();
    await page.getByRole('button', { name: 'Rescue such pictures' }).click();
    await page.getByText('From now on a picture').waitFor();
    assert.equal(option.on, true);
    await page.locator('#headroom_tab').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The last picture was lost').waitFor();
    assert.equal(option.on, false);
  });

  test('that the WebUI keeps off says so', async () => {
    const { page } = await openTab((sidecar) => {
      withOption(sidecar);
      sidecar.setOption = () => ({ ok: false, reason: 'refused' });
    });
    await page.getByRole('button', { name: 'Rescue such pictures' }).click();
    await page.getByText('the WebUI keeps this option as it is').waitFor();
  });

  test('is switched on and off beside the sliders too, while they stand as they did', async () => {
    const sidecar = new FakeSidecar();
    const option = withOption(sidecar);
    const { page } = await open('webui', sidecar);
    const readout = page.locator('#headroom_txt2img_readout');
    const rescue = readout.getByRole('button', { name: 'Rescue such pictures' });
    const undo = readout.getByRole('button', { name: 'Undo' });
    await readout.getByText('It ran out of memory').waitFor();
    await rescue.click();
    await undo.waitFor();
    await rescue.waitFor({ state: 'hidden' });
    assert.equal(option.on, true);
    await undo.click();
    await rescue.waitFor();
    assert.deepEqual([option.on, await undo.isVisible()], [false, false]);
    await page.locator('#txt2img_width input[type=number]').fill('640');
    await rescue.waitFor({ state: 'hidden' });
  });

  test('that the WebUI keeps off says so beside the sliders', async () => {
    const sidecar = new FakeSidecar();
    withOption(sidecar);
    sidecar.setOption = () => ({ ok: false, reason: 'refused' });
    const { page } = await open('webui', sidecar);
    const readout = page.locator('#headroom_txt2img_readout');
    await readout.getByRole('button', { name: 'Rescue such pictures' }).click();
    await readout.getByText('the WebUI keeps this option as it is').waitFor();
    assert.equal(await readout.getByRole('button', { name: 'Undo' }).isVisible(), false);
  });
});
