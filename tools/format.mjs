// @ts-check
/** `npm run format`: writes TypeScript, JavaScript, JSON and Python as `npm test` wants them (prettier and ruff). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './node24.mjs';
import { VENV_PYTHON, ensureSetUp } from './setup.mjs';
import { PYTHON_SOURCES } from './suites.mjs';

const node = ensureSetUp();
const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
/** @type {[string, string[]][]} */
const formatters = [
  [node, [prettier, '--write', '--log-level', 'warn', '.']],
  [VENV_PYTHON, ['-m', 'ruff', 'check', '--fix', '--quiet', '--select', 'I', ...PYTHON_SOURCES]],
  [VENV_PYTHON, ['-m', 'ruff', 'format', '--quiet', ...PYTHON_SOURCES]],
];
for (const [command, args] of formatters) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
