/** The tab while memory cannot be read, or the sidecar is gone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pageOfEach } from './with-page.ts';

const { openTab, part } = pageOfEach();

describe('a memory source that fails', () => {
  const LAST = '2.9 GiB of 8.0 GiB: 2.3 GiB by the WebUI, 600 MiB by others';
  const mismatch = {
    kind: 'nvidia-smi',
    label: 'VRAM',
    health: 'unavailable',
    reason: 'driver-mismatch',
    remark: { code: 'failed', reason: 'driver-mismatch' },
  } as const;
  const reading = (usedMiB: number) => ({
    type: 'memory' as const,
    atMs: 1,
    usedMiB,
    totalMiB: 8192,
    webuiMiB: 2400,
    othersMiB: usedMiB - 2400,
  });

  test('leaves nothing of before in the tab as if it were current: neither how much, nor by whom', async () => {
    const { page, sidecar } = await openTab();
    sidecar.send(reading(3000));
    await page.getByText(LAST).waitFor();
    const { device, devices, processes, source } = sidecar.state;
    // As the sidecar has told it until now: with the last list of who uses the card.
    sidecar.sendState({ source: mismatch, device: null, devices: [] });
    await page.getByRole('region', { name: 'What was found' }).getByText('Restart the machine.').waitFor();
    const text = await part('Now').innerText();
    assert.match(text, /Now\s+not known/);
    assert.doesNotMatch(text, /2\.3 GiB|firefox/);
    sidecar.sendState({ source, device, devices, processes });
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor();
    sidecar.send({ ...sidecar.live, whole: false, points: [], runs: null });
    await part('Now').getByText('firefox 400 MiB').waitFor();
  });

  test('is told as soon as the connection is gone, too', async () => {
    const { page, sidecar } = await openTab();
    sidecar.send(reading(3000));
    await page.getByText(LAST).waitFor();
    sidecar.start(sidecar.state.defaults);
    await page.getByText('1 min 30 s left').waitFor();
    sidecar.send({ type: 'sidecar', state: 'restarting', message: 'It starts again.', canRestart: false });
    await page.getByText('Warming up, then up to 12 runs, when last heard of').waitFor();
    const text = await page.locator('#headroom_tab').innerText();
    assert.doesNotMatch(text, /2\.3 GiB|firefox|\d s left/);
  });
});

describe('a sidecar that has stopped', () => {
  test('is waited for by no part without end: what is asked meanwhile is told that nobody answers', async () => {
    const { page, sidecar } = await openTab();
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor();
    sidecar.send({ type: 'sidecar', state: 'stopped', message: 'It stopped three times in a row.', canRestart: true });
    await page.getByRole('button', { name: 'Restart' }).waitFor();
    await part('What if').getByRole('button', { name: 'Compare flags' }).click();
    await part('What if').getByText('Headroom does not answer at the moment.').waitFor();
    assert.doesNotMatch(await page.locator('#headroom_tab').innerText(), /Working it out/);
    sidecar.send({ type: 'sidecar', state: 'running', message: 'It runs.', canRestart: true });
    await part('What if').getByText('Headroom does not answer at the moment.').waitFor({ state: 'detached' });
  });

  test('can be started again from the tab', async () => {
    const { page, sidecar } = await openTab();
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor();
    sidecar.send({ type: 'sidecar', state: 'stopped', message: 'It stopped three times in a row.', canRestart: true });
    // Nothing is shown as of now that is of before.
    await page.getByText('2.9 GiB of 8.0 GiB').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Restart' }).click();
    for (let tries = 0; tries < 200 && sidecar.ordersOf('restart-sidecar').length === 0; tries += 1)
      await page.waitForTimeout(50);
    assert.equal(sidecar.ordersOf('restart-sidecar').length, 1);
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isDisabled());
    sidecar.send({ type: 'sidecar', state: 'running', message: 'It runs.', canRestart: true });
    await page.getByRole('button', { name: 'Restart' }).waitFor({ state: 'hidden' });
    assert.ok(await page.getByRole('button', { name: 'Run Benchmark' }).isEnabled());
  });
});
