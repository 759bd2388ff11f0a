/**
 * The WebUI ends in the middle of a benchmark: nothing of ours is left behind, and the benchmark can go on afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checks } from '../checks.ts';
import { resumeBenchmark } from '../page/benchmark.ts';
import { openTab } from '../page/browser.ts';
import type { LivePage } from '../page/browser.ts';
import { descendantsOf, isSidecar, stillThere } from '../../../tools/processes.ts';
import type { WebuiProcess } from '../webui-process.ts';

const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 15_000;
const GONE_AFTER_MS = 5_000;

export async function stopStep(
  checks: Checks,
  webui: WebuiProcess,
  { page, traffic }: LivePage,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  await openTab(page, 'Headroom');
  await page.locator('#headroom_resume').waitFor({ timeout: START_LIMIT_MS });
  checks.add(`before ${signal}: the benchmark offers to go on`, await page.locator('#headroom_resume').isVisible());
  await resumeBenchmark(page);
  await traffic.waitForState(
    'a run',
    ({ benchmark }) => benchmark.state === 'running' && benchmark.run >= 1,
    START_LIMIT_MS,
  );
  const below = await descendantsOf(webui.pid);
  checks.equal(`before ${signal}: one sidecar runs`, below.filter(isSidecar).length, 1);
  checks.add(`${signal} ends the WebUI`, await webui.end(signal, END_LIMIT_MS));
  await sleep(GONE_AFTER_MS);
  const left = await stillThere(below);
  checks.add(
    `after ${signal}: no process is left behind after ${GONE_AFTER_MS / 1000} s`,
    left.length === 0,
    left.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join('; '),
  );
}
