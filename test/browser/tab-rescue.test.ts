/** Rescue, switched on from the tab after a picture was lost as it was decoded. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OptionSet } from '../../service/protocol/options.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { pageOfEach } from './with-page.ts';

const { openTab } = pageOfEach();

const LOST = [{ level: 'warning', notice: { code: 'rescue-offer' } } as const];

/** As the shim sets the option; the sidecar hears of it, and offers it no more while it is on. */
function withOption(sidecar: FakeSidecar): { on: boolean } {
  const option = { on: false };
  sidecar.state.notices = [...LOST];
  sidecar.setOption = ({ name, value, expected }): OptionSet => {
    assert.equal(name, 'headroom_rescue');
    const was = option.on;
    if (expected !== null && expected !== was) return { ok: false, reason: 'changed' };
    option.on = value === true;
    setTimeout(() => sidecar.sendState({ notices: option.on ? [] : [...LOST] }), 50);
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
});
