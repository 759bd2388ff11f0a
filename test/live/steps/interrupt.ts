/** The WebUI's own Interrupt stops a running benchmark, and it can go on from there. */
import { endingInWords } from '../../../service/words/index.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import type { Context } from '../context.ts';
import { fillBenchmark, runBenchmark } from '../page/benchmark.ts';

/** Long enough to be stopped in the middle. */
const LONGER: BenchmarkOptions = { maxSizePx: 512, maxBatchSize: 2, operations: ['txt2img'], budget: 'default' };
const LIMIT_MS = 120_000;

export async function interruptStep({ checks, live }: Context): Promise<void> {
  const { page, traffic } = live;
  await fillBenchmark(page, LONGER);
  await runBenchmark(page);
  await traffic.waitForState(
    'the second run',
    ({ benchmark }) => benchmark.state === 'running' && benchmark.run >= 2,
    LIMIT_MS,
  );
  // Shown only while a generation of this page's own runs; its event is the same.
  await page.locator('#txt2img_interrupt').dispatchEvent('click');
  const { benchmark } = await traffic.waitForState(
    'the end of the benchmark',
    (state) => state.benchmark.state === 'idle',
    LIMIT_MS,
  );
  if (benchmark.state !== 'idle') return;
  const { last } = benchmark;
  checks.add(
    'Interrupt stops the benchmark',
    last?.result === 'interrupted',
    last === null ? '' : endingInWords(last.ending),
  );
  checks.add(
    'it offers to go on',
    benchmark.resumable !== null && (await page.locator('#headroom_resume').isVisible()),
    `${benchmark.resumable?.runsDone ?? 0} runs done`,
  );
}
