/** The tab's table of runs, and how they are forgotten. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runRow } from './states.ts';
import { pageOfEach } from './with-page.ts';

const { openTab, part } = pageOfEach();

test('runs are listed with what was estimated and what was measured', async () => {
  await openTab((sidecar) => {
    sidecar.rows = [runRow(), runRow({ runId: 'run-2', outcome: 'oom', webuiPeakMiB: 7168, marks: ['spilled'] })];
  });
  const rows = await part('Runs').getByRole('row').allInnerTexts();
  assert.match(rows[1] ?? '', /512x512\s+ran\s+3\.0 GiB\s+2\.9 GiB\s+\+3\.3 %\s+3\.2 s/);
  assert.match(
    rows[2] ?? '',
    /out of memory\s+3\.0 GiB\s+at least 7\.0 GiB\s+3\.2 s\s+the driver gave out system RAM: not counted/,
  );
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

test('runs under caps are folded away until they are asked for', async () => {
  await openTab((sidecar) => {
    sidecar.rows = [
      runRow(),
      runRow({ runId: 'run-2', capMiB: 2662 }),
      runRow({ runId: 'run-3', capMiB: 2560, outcome: 'oom' }),
    ];
  });
  const rows = part('Runs').getByRole('row');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  const unfold = part('Runs').getByRole('button', { name: /under a cap/ });
  assert.equal(await unfold.innerText(), 'Show 2 runs under a cap');
  await unfold.press('Enter');
  assert.match((await rows.allInnerTexts()).join(), /ran within 2\.6 GiB.*needs more than 2\.5 GiB/s);
  await part('Runs').getByText('to find the least that is enough').waitFor();
  assert.equal(await unfold.getAttribute('aria-expanded'), 'true');
  await unfold.press('Enter');
  assert.equal(await rows.count(), 2);
});

test('the table of runs is saved as a file, those that are folded away too', async () => {
  const { page } = await openTab((sidecar) => (sidecar.rows = [runRow(), runRow({ runId: 'run-2', capMiB: 2662 })]));
  const coming = page.waitForEvent('download');
  await part('Runs').getByRole('button', { name: 'Save as CSV' }).click();
  const file = await coming;
  assert.equal(file.suggestedFilename(), 'headroom-runs.csv');
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  assert.equal(lines.length, 3);
  assert.match(lines[2] ?? '', /,2662,/);
});

describe('imported runs', () => {
  const imported = { runId: 'theirs', imported: true, marks: ['own-runs-count' as const] };

  test('are told from those that were measured here', async () => {
    await openTab((sidecar) => (sidecar.rows = [runRow(), runRow(imported)]));
    const rows = await part('Runs').getByRole('row').allInnerTexts();
    assert.doesNotMatch(rows[1] ?? '', /imported/);
    assert.match(rows[2] ?? '', /, imported\s.*runs made here count instead: not counted/s);
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
