// @ts-check
/**
 * Programs that the tests use and npm does not bring, where the system may be changed: as root, in CI or a container.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether apt-get is there, may be used, and says that it installed them. @param {string[]} packages */
export function aptInstall(...packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  // A RUNLEVEL of 1: no server is started by being installed.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', ['install', '-y', '-qq', ...packages], { stdio: ['ignore', 2, 2], env }).status === 0;
}
