/** A small benchmark from the tab, and whether the person's things are as before. */
import { endingInWords, findingInWords } from '../../../service/words/index.ts';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import type { Context } from '../context.ts';
import { countRows, fillBenchmark, runBenchmark } from '../page/benchmark.ts';
import { openPage, openTab } from '../page/browser.ts';
import { KNOWN_PARAMS } from '../workspace.ts';

export const SMALL: BenchmarkOptions = {
  maxSizePx: 256,
  maxBatchSize: 2,
  operations: ['txt2img', 'img2img', 'hires_latent', 'hires_image'],
  budget: 'quick',
};

/** Of a quick benchmark; the table holds the warm-up as well. */
export const RUNS = 10;
const PROMPT = 'a quiet harbour at dawn';
const START_LIMIT_MS = 30_000;
const SETTLE_LIMIT_MS = 10_000;
const RUN_LIMIT_MS = 10 * 60_000;

export async function benchmarkStep(context: Context): Promise<void> {
  const { checks, live, workspace } = context;
  const { page, traffic } = live;
  await page.locator('#txt2img_prompt textarea').fill(PROMPT);
  const optionsBefore = await serverOptions(context);
  const configBefore = workspace.config();

  await fillBenchmark(page, SMALL);
  await page.screenshot({ path: join(context.screenshotsDir, 'tab-before.png'), fullPage: true });
  await runBenchmark(page);
  await traffic.waitForState('a running benchmark', ({ benchmark }) => benchmark.state === 'running', START_LIMIT_MS);
  const running = await traffic.waitForState(
    'the third run',
    ({ benchmark }) => benchmark.state !== 'running' || benchmark.run >= 3,
    RUN_LIMIT_MS,
  );
  checks.add(
    'the benchmark runs with the options of the form',
    running.benchmark.state === 'running' && isDeepStrictEqual(ordered(running.benchmark.options), ordered(SMALL)),
  );
  await page.screenshot({ path: join(context.screenshotsDir, 'tab-running.png'), fullPage: true });
  const { benchmark } = await traffic.waitForState(
    'the end of the benchmark',
    (state) => state.benchmark.state === 'idle',
    RUN_LIMIT_MS,
  );
  const last = benchmark.state === 'idle' ? benchmark.last : null;
  checks.add('the benchmark finishes', last?.result === 'finished', last === null ? '' : endingInWords(last.ending));
  const done = await traffic.waitForState(
    'a calibration',
    ({ calibration }) => calibration.state !== 'none',
    SETTLE_LIMIT_MS,
  );
  checks.add('its runs calibrate the set-up', done.calibration.runs > 0, findingInWords(done.calibration.finding));

  await openTab(page, 'Headroom');
  checks.add('the table shows its runs', (await countRows(page, RUNS + 1)) === RUNS + 1);
  checks.add(
    'the curves are drawn',
    await page.locator('#headroom_tab .headroom-panels .headroom-plot canvas').first().isVisible(),
  );
  await page.screenshot({ path: join(context.screenshotsDir, 'tab-after.png'), fullPage: true });

  checks.equal('params.txt is as it was', workspace.params(), KNOWN_PARAMS);
  checks.equal('no picture was saved', workspace.pictures(), []);
  checks.equal('the saved options are as they were', workspace.config(), configBefore);
  checks.equal('the options in force are as they were', await serverOptions(context), optionsBefore);
  await openTab(page, 'txt2img');
  checks.equal('the prompt is still there', await page.locator('#txt2img_prompt textarea').inputValue(), PROMPT);
}

function ordered(options: BenchmarkOptions): BenchmarkOptions {
  return { ...options, operations: [...options.operations].sort() };
}

/** What a page that is opened now is told. */
async function serverOptions({ browser, url }: Context): Promise<unknown> {
  const { page } = await openPage(browser, url, 'light');
  try {
    return await page.evaluate('opts');
  } finally {
    await page.close();
  }
}
