// @ts-check
/** The checks of `npm test`, in the order in which they begin: what is long first, so that no core waits in the end. */
import { join } from 'node:path';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON } from './setup.mjs';

/**
 * `counts` reads a runner's closing lines into [passed, failed, not run]; null where the check has no tests to count,
 * in which case it counts as one. `fast`: of the tier of the product's own code, which starts no sidecar, no WebUI and
 * no browser.
 * @typedef {{name: string, fast: boolean, command: string, args: string[], counts: ((output: string) => [number,
 *   number, number]) | null, needsChromium?: boolean}} Suite
 */

/** @param {RegExp} passed @param {RegExp} failed @param {RegExp} notRun */
function reader(passed, failed, notRun) {
  return (/** @type {string} */ output) =>
    /** @type {[number, number, number]} */ (
      [passed, failed, notRun].map((count) => Number(count.exec(output)?.[1] ?? 0))
    );
}

/** Only against tests that hang: a busy machine may take 20 times as long as an idle one. */
const BROWSER_TEST_LIMIT_MS = 600_000;

export const PYTHON_SOURCES = ['extension', 'scripts', 'install.py', 'benchmarks', 'test'];

/** Projects of jest.config.mjs. */
const JEST = ['unit', 'programs', 'measuring'];

/** What the last check of types and form found out, so that the next looks at what has changed since. */
const CACHE = join(ROOT, 'node_modules/.cache/checks');

const keptIn = (/** @type {string} */ name) => [
  ...['--cache', '--cache-strategy', 'content', '--cache-location', join(CACHE, name)],
];

const countsOfJest = reader(/^Tests:.*?(\d+) passed/m, /^Tests:.*?(\d+) failed/m, /^Tests:.*?(\d+) skipped/m);

/** @param {string} node @returns {Suite} */
function browser(node) {
  return {
    name: 'browser',
    fast: false,
    command: node,
    args: [
      ...['--test', '--test-reporter=tap', '--test-concurrency=1', `--test-timeout=${BROWSER_TEST_LIMIT_MS}`],
      'test/browser/**/*.test.ts',
    ],
    counts: reader(/^# pass (\d+)/m, /^# fail (\d+)/m, /^# skipped (\d+)/m),
    needsChromium: true,
  };
}

/**
 * @param {string} node
 * @param {'fast' | 'whole'} tier In the fast one jest has all cores, for nothing beside it waits for time to pass, as
 *   browsers and WebUIs do; and files are linted that have changed, not those that import them.
 * @returns {Suite[]}
 */
export function suites(node, tier) {
  const workers = tier === 'fast' ? '100%' : '50%';
  const bin = (/** @type {string} */ file) => join(ROOT, 'node_modules', file);
  const tsc = bin('typescript/bin/tsc');
  const ours = ['service', 'frontend-js', 'benchmarks', 'test', 'tools'];
  /** @returns {Suite} */
  const check = (/** @type {string} */ name, /** @type {string} */ command, /** @type {string[]} */ args) => ({
    name,
    fast: true,
    command,
    args,
    counts: null,
  });
  /** @returns {Suite} */
  const jest = (/** @type {string} */ name, /** @type {boolean} */ fast) => ({
    name,
    fast,
    command: node,
    args: [
      ...['--experimental-vm-modules', bin('jest/bin/jest.js'), '--silent', `--maxWorkers=${workers}`],
      ...['--selectProjects', name],
    ],
    counts: countsOfJest,
  });
  const types = (/** @type {string} */ name, /** @type {string} */ project) => {
    const kept = ['--incremental', '--tsBuildInfoFile', join(CACHE, `${name}.json`)];
    return check(name, node, [tsc, '-p', project, ...kept]);
  };
  const python = (/** @type {string} */ name, /** @type {string[]} */ args) =>
    check(name, VENV_PYTHON, ['-m', ...args]);
  return [
    types('types', 'tsconfig.json'),
    browser(node),
    jest('unit', true),
    jest('programs', false),
    {
      name: 'pytest',
      fast: false,
      command: VENV_PYTHON,
      args: ['-m', 'pytest', '-q', 'test'],
      counts: reader(/(\d+) passed.* in [\d.]+s/, /(\d+) (?:failed|error).* in [\d.]+s/, /(\d+) skipped.* in [\d.]+s/),
    },
    jest('measuring', false),
    check('lint', node, [bin('eslint/bin/eslint.js'), '.', ...(tier === 'fast' ? keptIn('lint') : [])]),
    python('python-types', ['mypy']),
    check('format', node, [
      ...[bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
      ...keptIn('form'),
    ]),
    check('imports', node, [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      ...ours,
    ]),
    check('dead-code', node, [bin('knip/bin/knip.js')]),
    types('types-page', 'frontend-js/tsconfig.json'),
    python('python-lint', ['ruff', 'check', ...PYTHON_SOURCES]),
    python('python-format', ['ruff', 'format', '--check', ...PYTHON_SOURCES]),
    { ...check('builds-current', node, ['tools/build.ts', '--check']), fast: false },
  ];
}

/**
 * Names as `npm test` takes them: of a suite, or of a group of them.
 * @param {Suite[]} all @param {string} name @returns {Suite[]}
 */
export function named(all, name) {
  if (name === 'fast') return all.filter((suite) => suite.fast);
  if (name === 'jest') return all.filter((suite) => JEST.includes(suite.name));
  return all.filter((suite) => suite.name === name);
}
