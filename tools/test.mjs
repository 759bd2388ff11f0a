// @ts-check
/**
 * `npm test [-- SUITE ...]`: every check, in one go, on a machine with nothing set up. Ends with one line
 * `N passed, N failed`, summed over the suites; exit status 1 where anything failed.
 */
import { spawnSync } from 'node:child_process';
import { ensureChromium } from './chromium.mjs';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON, ensureSetUp } from './setup.mjs';
import { suites } from './suites.mjs';

const node = ensureSetUp();
const named = process.argv.slice(2);
const all = suites(node);
const unknown = named.filter((name) => !all.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No such suite: ${unknown.join(', ')}. There are: ${all.map((suite) => suite.name).join(', ')}\n`,
  );
  process.exit(2);
}

let passed = 0;
let failed = 0;

/** @param {import('./suites.mjs').Suite} suite @param {Record<string, string>} extraEnv */
function runSuite(suite, extraEnv) {
  process.stdout.write(`\n== ${suite.name}\n`);
  const startedMs = performance.now();
  const result = spawnSync(suite.command, suite.args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, HEADROOM_NODE: node, HEADROOM_PYTHON: VENV_PYTHON, NODE_NO_WARNINGS: '1', ...extraEnv },
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  const ok = result.status === 0;
  const [suitePassed, suiteFailed, notRun] = suite.counts === null ? [ok ? 1 : 0, ok ? 0 : 1, 0] : suite.counts(output);
  passed += suitePassed;
  // A runner that fails without counting (a crash), or that ran nothing, is one failure.
  const lost = ok && suitePassed > 0 ? 0 : Math.max(1, suiteFailed);
  failed += lost;
  if (lost > 0) process.stdout.write(output.slice(-200_000));
  const counted =
    suite.counts === null
      ? ''
      : `${suitePassed} passed, ${suiteFailed} failed, ${notRun > 0 ? `${notRun} not run, ` : ''}`;
  process.stdout.write(
    `${lost === 0 ? 'ok' : 'FAILED'} (${counted}${((performance.now() - startedMs) / 1000).toFixed(1)} s)\n`,
  );
}

for (const suite of all.filter((each) => named.length === 0 || named.includes(each.name))) {
  const chromium = suite.needsChromium === true ? ensureChromium(node) : null;
  if (suite.needsChromium === true && chromium === null) {
    process.stdout.write(
      `\n== ${suite.name}\nFAILED: no Chromium. Install one, or set HEADROOM_CHROMIUM to its path.\n`,
    );
    failed += 1;
  } else {
    runSuite(suite, chromium === null ? {} : { HEADROOM_CHROMIUM: chromium });
  }
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
