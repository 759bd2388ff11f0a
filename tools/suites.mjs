// @ts-check
/** The checks of `npm test`, in the order in which they fail fastest. */
import { join } from 'node:path';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON } from './setup.mjs';

/**
 * `counts` reads a runner's closing lines into [passed, failed, not run]; null where the check has no tests to count,
 * in which case it counts as one.
 * @typedef {{name: string, command: string, args: string[], counts: ((output: string) => [number, number, number]) |
 *   null, needsChromium?: boolean}} Suite
 */

/** @param {RegExp} passed @param {RegExp} failed @param {RegExp} notRun */
function reader(passed, failed, notRun) {
  return (/** @type {string} */ output) =>
    /** @type {[number, number, number]} */ (
      [passed, failed, notRun].map((count) => Number(count.exec(output)?.[1] ?? 0))
    );
}

export const PYTHON_SOURCES = ['extension', 'scripts', 'install.py', 'benchmarks', 'test'];

/** @param {string} node @returns {Suite[]} */
export function suites(node) {
  const bin = (/** @type {string} */ file) => join(ROOT, 'node_modules', file);
  const tsc = bin('typescript/bin/tsc');
  const ours = ['service', 'frontend-js', 'benchmarks', 'test', 'tools'];
  return [
    { name: 'types', command: node, args: [tsc, '-p', 'tsconfig.json'], counts: null },
    { name: 'types-page', command: node, args: [tsc, '-p', 'frontend-js/tsconfig.json'], counts: null },
    { name: 'lint', command: node, args: [bin('eslint/bin/eslint.js'), '.'], counts: null },
    {
      name: 'imports',
      command: node,
      args: [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', ...ours],
      counts: null,
    },
    {
      name: 'format',
      command: node,
      args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
      counts: null,
    },
    { name: 'dead-code', command: node, args: [bin('knip/bin/knip.js')], counts: null },
    { name: 'python-lint', command: VENV_PYTHON, args: ['-m', 'ruff', 'check', ...PYTHON_SOURCES], counts: null },
    {
      name: 'python-format',
      command: VENV_PYTHON,
      args: ['-m', 'ruff', 'format', '--check', ...PYTHON_SOURCES],
      counts: null,
    },
    { name: 'python-types', command: VENV_PYTHON, args: ['-m', 'mypy'], counts: null },
    {
      name: 'jest',
      command: node,
      args: ['--experimental-vm-modules', bin('jest/bin/jest.js'), '--silent'],
      counts: reader(/^Tests:.*?(\d+) passed/m, /^Tests:.*?(\d+) failed/m, /^Tests:.*?(\d+) skipped/m),
    },
    {
      name: 'pytest',
      command: VENV_PYTHON,
      args: ['-m', 'pytest', '-q', 'test'],
      counts: reader(/(\d+) passed.* in [\d.]+s/, /(\d+) (?:failed|error).* in [\d.]+s/, /(\d+) skipped.* in [\d.]+s/),
    },
    {
      name: 'browser',
      command: node,
      args: ['--test', '--test-reporter=tap', '--test-concurrency=1', 'test/browser/**/*.test.ts'],
      counts: reader(/^# pass (\d+)/m, /^# fail (\d+)/m, /^# skipped (\d+)/m),
      needsChromium: true,
    },
    { name: 'builds-current', command: node, args: ['tools/build.ts', '--check'], counts: null },
  ];
}
