/** `npm run test:live`: the extension in a real, installed WebUI, through its real page. */
import { join } from 'node:path';
import { ROOT } from '../../tools/node24.mjs';
import { USAGE, parseLiveArgs } from './args.ts';
import type { LiveOptions } from './args.ts';
import { Checks } from './checks.ts';
import { Cleanup } from './cleanup.ts';
import { findInstall } from './install.ts';
import type { WebuiInstall } from './install.ts';
import { comparisonTable } from './report.ts';
import type { Comparison } from './report.ts';
import { runLive } from './scenario.ts';
import { seedOf } from './settings.ts';

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function run(options: LiveOptions, install: WebuiInstall): Promise<boolean> {
  const seed = options.seed ?? seedOf(new Date());
  const screenshotsDir = options.screenshotsDir ?? join(ROOT, '.cache', 'live');
  const checks = new Checks(({ title, passed, detail }) =>
    say(`${passed ? 'ok    ' : 'FAILED'}  ${title}${detail === '' ? '' : `: ${detail}`}`),
  );
  const cleanup = new Cleanup((error) => say(`could not clean up: ${String(error)}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  let comparisons: Comparison[] = [];
  try {
    comparisons = await runLive({ options, install, seed, screenshotsDir, checks, cleanup, say });
  } catch (error) {
    checks.add('the test could be carried out', false, error instanceof Error ? error.message : String(error));
  } finally {
    await cleanup.run();
  }
  const { passed, failed, results } = checks;
  if (options.json) process.stdout.write(`${JSON.stringify({ seed, passed, failed, comparisons, checks: results })}\n`);
  else
    process.stdout.write(
      `\nMiB of the whole device, seed ${seed}\n${comparisonTable(comparisons)}\n\nscreenshots: ${screenshotsDir}\n${passed} passed, ${failed} failed\n`,
    );
  return failed === 0;
}

const parsed = parseLiveArgs(process.argv.slice(2));
if (!parsed.ok) {
  say(`${parsed.message}\n${USAGE}`);
  process.exitCode = 2;
} else if (parsed.options.webuiDir === null) {
  say(`not run: no --webui-dir was given\n${USAGE}`);
} else {
  const found = findInstall(parsed.options.webuiDir, parsed.options.python);
  if (found.ok) process.exitCode = (await run(parsed.options, found.install)) ? 0 : 1;
  else {
    say(`${found.message}\n${USAGE}`);
    process.exitCode = 2;
  }
}
