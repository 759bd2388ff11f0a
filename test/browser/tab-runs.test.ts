/** The tab's table of runs, and how they are forgotten. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { openTab } = pageOfEach();

test('runs are listed with what was estimated and what was measured', async () => {
  const { page } = await openTab((sidecar) => {
    sidecar.rows = [runRow(), runRow({ runId: 'run-2', outcome: 'oom', webuiPeakMiB: 7168, marks: ['spilled'] })];
  });
  const rows = await page.getByRole('row').allInnerTexts();
  assert.match(rows[1] ?? '', /512x512\s+ran\s+3\.0 GiB\s+2\.9 GiB\s+\+3\.3 %\s+3\.2 s/);
  assert.match(rows[2] ?? '', /out of memory\s+3\.0 GiB\s+at least 7\.0 GiB\s+3\.2 s\s+spilled/);
});

test('runs are forgotten only after a second word', async () => {
  const { page, sidecar } = await openTab((fake) => (fake.rows = [runRow()]));
  await page.getByRole('button', { name: 'Forget these runs' }).click();
  await page.getByRole('button', { name: 'Keep them' }).click();
  assert.equal(sidecar.ordersOf('forget-runs').length, 0);
  await page.getByRole('button', { name: 'Forget these runs' }).click();
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  await page.getByText('No runs yet.', { exact: false }).first().waitFor();
  assert.deepEqual(sidecar.ordersOf('forget-runs'), [
    { type: 'forget-runs', keyHash: sidecar.state.keyHash, which: 'all' },
  ]);
});

describe('imported runs', () => {
  const imported = { runId: 'theirs', imported: true, marks: ['own-runs-count' as const] };

  test('are told from those that were measured here', async () => {
    const { page } = await openTab((sidecar) => (sidecar.rows = [runRow(), runRow(imported)]));
    const rows = await page.getByRole('row').allInnerTexts();
    assert.doesNotMatch(rows[1] ?? '', /imported/);
    assert.match(rows[2] ?? '', /, imported\s.*own runs count/s);
  });

  test('are forgotten by themselves', async () => {
    const { page, sidecar } = await openTab((fake) => {
      fake.rows = [runRow(), runRow(imported)];
      fake.state.calibration = { ...fake.state.calibration, kept: 2, imported: 1 };
    });
    await page.getByRole('button', { name: 'Forget imported runs' }).click();
    await page.getByText('Forget the 1 run imported under this key?').waitFor();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByRole('button', { name: 'Forget imported runs' }).waitFor({ state: 'hidden' });
    assert.deepEqual(sidecar.ordersOf('forget-runs'), [
      { type: 'forget-runs', keyHash: sidecar.state.keyHash, which: 'imported' },
    ]);
  });
});

test('Escape keeps the runs, as does the button', async () => {
  const { page, sidecar } = await openTab((fake) => (fake.rows = [runRow()]));
  await page.getByRole('button', { name: 'Forget these runs' }).click();
  await page.getByRole('button', { name: 'Keep them' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep them' }).waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Forget these runs');
  assert.equal(sidecar.ordersOf('forget-runs').length, 0);
});
