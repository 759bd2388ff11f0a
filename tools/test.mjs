// @ts-check
/**
 * `npm test`: every check, in one go, on a machine with nothing set up. Each suite's own closing line is read for its
 * counts; a check without counts (types, lint) counts as one. Ends with one line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON, ensureSetUp } from './setup.mjs';

const node = ensureSetUp();
const bin = (/** @type {string} */ file) => join(ROOT, 'node_modules', file);
const py = ['extension', 'scripts', 'install.py', 'test'];

/** @typedef {{name: string, command: string, args: string[], counts: RegExp | null}} Suite */
/** @type {Suite[]} */
const suites = [
  { name: 'types', command: node, args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'], counts: null },
  { name: 'types of the page', command: node, args: [bin('typescript/bin/tsc'), '-p', 'frontend-js/tsconfig.json'], counts: null },
  { name: 'lint', command: node, args: [bin('eslint/bin/eslint.js'), '.'], counts: null },
  {
    name: 'import rules',
    command: node,
    args: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', 'service', 'frontend-js', 'benchmarks', 'test', 'tools'],
    counts: null,
  },
  { name: 'dead code', command: node, args: [bin('knip/bin/knip.js')], counts: null },
  { name: 'python lint', command: VENV_PYTHON, args: ['-m', 'ruff', 'check', ...py], counts: null },
  { name: 'python types', command: VENV_PYTHON, args: ['-m', 'mypy'], counts: null },
  { name: 'jest', command: node, args: ['--experimental-vm-modules', bin('jest/bin/jest.js'), '--silent'], counts: /^Tests:\s+(?:.*?(\d+) failed, )?(?:\d+ skipped, )?(?:(\d+) passed, )?\d+ total/m },
  { name: 'pytest', command: VENV_PYTHON, args: ['-m', 'pytest', '-q', 'test'], counts: /^(?:=+ )?(?:(\d+) failed(?:, )?)?(?:(\d+) passed)?.* in [\d.]+s/m },
  { name: 'browser', command: node, args: ['--test', '--test-reporter=tap', 'test/browser/**/*.test.ts'], counts: null },
];

const only = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const suite of suites) {
  if (only.length > 0 && !only.includes(suite.name)) continue;
  process.stdout.write(`\n== ${suite.name}\n`);
  const startedMs = Date.now();
  const result = spawnSync(suite.command, suite.args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, HEADROOM_NODE: node, HEADROOM_PYTHON: VENV_PYTHON, NODE_NO_WARNINGS: '1' },
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status !== 0) process.stdout.write(output);
  const counts = suite.counts?.exec(output) ?? null;
  const suiteFailed = Number(counts?.[1] ?? 0);
  const suitePassed = Number(counts?.[2] ?? 0);
  if (suite.counts === null) {
    if (result.status === 0) passed += 1;
    else failed += 1;
  } else {
    passed += suitePassed;
    // A runner that fails without counting anything (a crash, no tests) is one failure.
    failed += result.status === 0 && suitePassed > 0 ? 0 : Math.max(1, suiteFailed);
  }
  const said = suite.counts === null ? '' : `${suitePassed} passed, ${suiteFailed} failed, `;
  process.stdout.write(`${result.status === 0 ? 'ok' : 'FAILED'} (${said}${((Date.now() - startedMs) / 1000).toFixed(1)} s)\n`);
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
