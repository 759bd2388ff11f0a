// @ts-check
/**
 * `npm test [-- fast | SUITE ...]`: every check, or those of the fast tier, in one go, on a machine with nothing set
 * up, as many suites at once as there are cores. Ends with one line `N passed, N failed`, summed over the suites; exit
 * status 1 where anything failed.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { ensureChromium } from './chromium.mjs';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON, ensureSetUp } from './setup.mjs';
import { named, suites } from './suites.mjs';

/** Of a suite that is stuck; the longest takes a few minutes on two idle cores. */
const SUITE_LIMIT_MS = 45 * 60_000;
const MOST_SHOWN_CHARACTERS = 200_000;

const node = ensureSetUp();
const names = process.argv.slice(2);
const all = suites(node, names.length === 1 && names[0] === 'fast' ? 'fast' : 'whole');
const unknown = names.filter((name) => named(all, name).length === 0);
if (unknown.length > 0) {
  process.stderr.write(
    `No such suite: ${unknown.join(', ')}. There are: fast, jest, ${all.map((suite) => suite.name).join(', ')}\n`,
  );
  process.exit(2);
}

/** @typedef {{output: string, ok: boolean}} Outcome */

/**
 * @param {import('./suites.mjs').Suite} suite
 * @param {Record<string, string>} extraEnv
 * @returns {Promise<Outcome>}
 */
function run(suite, extraEnv) {
  const child = spawn(suite.command, suite.args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: SUITE_LIMIT_MS,
    env: { ...process.env, HEADROOM_NODE: node, HEADROOM_PYTHON: VENV_PYTHON, NODE_NO_WARNINGS: '1', ...extraEnv },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ output: String(error), ok: false }));
    child.on('close', (code, signal) => {
      if (signal !== null) output += `\nended by ${signal}\n`;
      resolve({ output, ok: code === 0 });
    });
  });
}

/** @param {import('./suites.mjs').Suite} suite @returns {Promise<[passed: number, failed: number]>} */
async function runAndTell(suite) {
  const chromium = suite.needsChromium === true ? ensureChromium(node) : null;
  if (suite.needsChromium === true && chromium === null) {
    process.stdout.write(
      `\n== ${suite.name}\nFAILED: no Chromium. Install one, or set HEADROOM_CHROMIUM to its path.\n`,
    );
    return [0, 1];
  }
  const startedMs = performance.now();
  const { output, ok } = await run(suite, chromium === null ? {} : { HEADROOM_CHROMIUM: chromium });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const [passed, counted, notRun] = suite.counts === null ? [ok ? 1 : 0, ok ? 0 : 1, 0] : suite.counts(output);
  // A runner that fails without counting (a crash), or that ran nothing, is one failure.
  const failed = ok && passed > 0 ? 0 : Math.max(1, counted);
  const counts =
    suite.counts === null ? '' : `${passed} passed, ${counted} failed, ${notRun > 0 ? `${notRun} not run, ` : ''}`;
  process.stdout.write(
    `\n== ${suite.name}\n${failed > 0 ? output.slice(-MOST_SHOWN_CHARACTERS) : ''}${failed === 0 ? 'ok' : 'FAILED'} (${counts}${seconds} s)\n`,
  );
  return [passed, failed];
}

const chosen = all.filter((suite) => names.length === 0 || names.some((name) => named(all, name).includes(suite)));
const waiting = [...chosen];
/** @type {[passed: number, failed: number]} */
const total = [0, 0];

/** One lane takes the next suite that waits, as long as there is one. */
async function lane() {
  for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
    const [passed, failed] = await runAndTell(suite);
    total[0] += passed;
    total[1] += failed;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, lane));
process.stdout.write(`\n${total[0]} passed, ${total[1]} failed\n`);
process.exitCode = total[1] > 0 ? 1 : 0;
