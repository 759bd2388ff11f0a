// @ts-check
/** Finds the proxy for the tests behind one, and what makes its certificate. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.mjs';

/** Debian keeps nginx out of a user's PATH. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** @param {string} name */
function find(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...MORE_FOLDERS];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function installed() {
  const [nginx, openssl] = [find('nginx'), find('openssl')];
  return nginx === null || openssl === null ? null : { nginx, openssl };
}

/** Their paths; null where one is missing and could not be installed, and what needs them is not run. */
export function ensureNginx() {
  const found = installed();
  if (found !== null) return found;
  process.stderr.write('[setup] no nginx found: installing one for the tests behind a proxy ...\n');
  return aptInstall('nginx-light', 'openssl') ? installed() : null;
}
