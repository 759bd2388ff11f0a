/** The whole test, in order. */
import { mkdirSync } from 'node:fs';
import { connectViewer } from '../../tools/viewer-client.ts';
import type { LiveOptions } from './args.ts';
import { makeCheckpoint } from './checkpoint.ts';
import type { Checks } from './checks.ts';
import type { Cleanup } from './cleanup.ts';
import type { Context } from './context.ts';
import { hasCuda } from './install.ts';
import type { WebuiInstall } from './install.ts';
import { launchBrowser, openPage } from './page/browser.ts';
import type { Comparison } from './report.ts';
import { drawSettings } from './settings.ts';
import { SMALL, benchmarkStep } from './steps/benchmark.ts';
import { generationsStep } from './steps/generations.ts';
import { interruptStep } from './steps/interrupt.ts';
import { readoutStep } from './steps/readout.ts';
import { stopStep } from './steps/stop.ts';
import { startWebui } from './webui-process.ts';
import type { WebuiProcess } from './webui-process.ts';
import { Workspace } from './workspace.ts';

const START_LIMIT_MS = 10 * 60_000;
const MODEL_LIMIT_MS = 3 * 60_000;

const STARTED_ON = {
  /** Where there is no card, or none wanted. */
  cpu: { flags: ['--use-cpu', 'all', '--no-half', '--skip-torch-cuda-test'], env: { CUDA_VISIBLE_DEVICES: '' } },
  /** Random weights may overflow in half precision; the pictures do not matter. */
  cuda: { flags: ['--disable-nan-check'], env: {} },
};

export interface LiveInput {
  options: LiveOptions;
  install: WebuiInstall;
  seed: number;
  screenshotsDir: string;
  checks: Checks;
  cleanup: Cleanup;
  say: (text: string) => void;
}

/** What is not a check (the WebUI does not start, say) is thrown. */
export async function runLive({
  options,
  install,
  seed,
  screenshotsDir,
  checks,
  cleanup,
  say,
}: LiveInput): Promise<Comparison[]> {
  const device = options.device === 'auto' ? (hasCuda(install) ? 'cuda' : 'cpu') : options.device;
  mkdirSync(screenshotsDir, { recursive: true });
  const workspace = new Workspace();
  cleanup.add(() => (options.keep ? say(`kept: ${workspace.root}`) : workspace.remove()));
  await workspace.fill();
  say(`making a tiny checkpoint with ${install.python} ...`);
  await makeCheckpoint(install, workspace.checkpointDir);

  const start = async (): Promise<WebuiProcess> => {
    say(`starting the WebUI in ${install.dir} on ${device} ...`);
    const webui = await startWebui({
      install,
      workspace,
      ...STARTED_ON[device],
      limitMs: START_LIMIT_MS,
      onSpawn: ({ stop }) => cleanup.add(stop),
    });
    say(`it answers at ${webui.url} after ${(webui.startMs / 1000).toFixed(1)} s (pid ${webui.pid})`);
    return webui;
  };
  const webui = await start();
  const browser = await launchBrowser();
  cleanup.add(() => browser.close());
  const viewer = await connectViewer(webui.url, MODEL_LIMIT_MS);
  cleanup.add(() => viewer.close());
  const live = await openPage(browser, webui.url, 'light');
  const ready = await live.traffic.waitForState(
    'a loaded checkpoint',
    ({ environment }) => typeof environment?.checkpoint === 'string',
    MODEL_LIMIT_MS,
  );
  checks.add(
    'the extension is loaded and knows the WebUI',
    ready.environment !== null,
    `${ready.environment?.webui} ${ready.environment?.webuiVersion}, torch ${ready.environment?.torchVersion}`,
  );
  checks.equal('it reads the memory that counts', ready.source.label, device === 'cpu' ? 'RAM' : 'VRAM');

  const context: Context = { browser, checks, workspace, url: webui.url, live, viewer, screenshotsDir, say };
  const comparisons: Comparison[] = [];
  const part = (title: string, step: () => Promise<void>) =>
    checks.part(title, () => Promise.race([step(), webui.gone]));
  const measured = await part('the benchmark', () => benchmarkStep(context));
  if (measured) {
    await part('the readout', () => readoutStep(context, device));
    say(`five settings drawn with seed ${seed}`);
    const drawn = drawSettings(seed, SMALL.maxSizePx, SMALL.maxBatchSize);
    await part('the generations', () => generationsStep(context, drawn, comparisons));
    const interrupted = await part('Interrupt', () => interruptStep(context));
    if (interrupted) {
      await checks.part('stopping the WebUI by SIGTERM', () => stopStep(checks, webui, live, 'SIGTERM'));
      await live.page.close();
      await checks.part('stopping the WebUI by SIGKILL', async () => {
        const again = await start();
        await stopStep(checks, again, await openPage(browser, again.url, 'light'), 'SIGKILL');
      });
    }
  }
  return comparisons;
}
