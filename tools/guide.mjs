// @ts-check
/** `npm run guide`: the guide in docs/guide as a site, in .cache/guide. `-- dev` shows it while it is written. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './node24.mjs';

const GUIDE = join(ROOT, 'docs', 'guide');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** @param {readonly string[]} args */
function run(args) {
  const { status, error } = spawnSync(npm, args, { cwd: GUIDE, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// The site's builder is the guide's own: nobody else has to download it.
if (!existsSync(join(GUIDE, 'node_modules', 'vitepress'))) run(['ci', '--no-audit', '--no-fund']);
const [verb = 'build'] = process.argv.slice(2);
run(['exec', '--', 'vitepress', verb, ...(verb === 'build' ? ['--outDir', join(ROOT, '.cache', 'guide')] : [])]);
