/** The tab's form and buttons, as a person uses them. */
import type { Page } from 'playwright-core';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import { openTab } from './browser.ts';

export async function fillBenchmark(page: Page, options: BenchmarkOptions): Promise<void> {
  await openTab(page, 'Headroom');
  await typeField(page, 'headroom_max_size', options.maxSizePx);
  await typeField(page, 'headroom_max_batch', options.maxBatchSize);
  for (const operation of OPERATIONS) {
    await page
      .locator(`input[name=headroom_operation][value=${operation}]`)
      .setChecked(options.operations.includes(operation));
  }
  await page.locator(`input[name=headroom_budget][value=${options.budget}]`).check();
}

/** Rows of the table of runs, once there are `expected`; rejects where there are not. */
export async function countRows(page: Page, expected: number): Promise<number> {
  const rows = page.locator('#headroom_tab .headroom-runs tbody tr');
  // Those under caps are folded away.
  await rows.nth(expected - 1).waitFor({ state: 'attached' });
  return await rows.count();
}

async function typeField(page: Page, id: string, value: number): Promise<void> {
  await page.locator(`#${id}`).fill(String(value));
  await page.locator(`#${id}`).press('Tab');
}

/** "Run Benchmark", or "Start over" where one stopped half-way. */
export async function runBenchmark(page: Page): Promise<void> {
  await page.locator('#headroom_run').click();
}

export async function resumeBenchmark(page: Page): Promise<void> {
  await page.locator('#headroom_resume').click();
}
