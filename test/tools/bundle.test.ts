import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundlePrograms } from '../../tools/bundle.ts';
import { temporaryDir } from '../service/server/rig.ts';

const LIMIT_MS = 120_000;

let dir: ReturnType<typeof temporaryDir>;
let bundle: string;

beforeAll(async () => {
  dir = temporaryDir();
  bundle = join(dir.path, 'headroom.mjs');
  for (const [name, text] of Object.entries(await bundlePrograms())) writeFileSync(join(dir.path, name), text);
}, LIMIT_MS);
afterAll(() => dir.remove());

function headroom(
  nodeOptions: readonly string[],
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [...nodeOptions, bundle, ...args], { encoding: 'utf8', timeout: LIMIT_MS });
}

test('the programs run from anywhere, with no package beside them', () => {
  const { status, stdout } = headroom([], ['export', '--data-dir', dir.path]);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(headroom([], ['--version'])).toMatchObject({ status: 0, stderr: '' });
});

test('the sidecar is one file that serves by itself, and has nothing of what only a terminal asks for', () => {
  rmSync(join(dir.path, 'headroom-commands.mjs'));
  // Without a token it says so and ends, having loaded all that it needs to listen.
  const { status, stderr } = headroom([], ['serve', '--data-dir', dir.path]);
  expect([status, stderr]).toEqual([2, expect.stringContaining('64 hex digits')]);
  expect(readFileSync(bundle, 'utf8')).not.toContain('systeminformation');
});

test('what nothing asks for is left out: parsers of bodies and of nested query strings', () => {
  expect(readFileSync(bundle, 'utf8')).not.toMatch(/node_modules\/(body-parser|iconv-lite|qs|object-inspect)\//);
});

test('an older Node.js, which has no node:sqlite, is told in one line which one is needed', () => {
  const pretend =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } }); delete RegExp.escape;";
  const old = ['--no-experimental-sqlite', '--import', `data:text/javascript,${encodeURIComponent(pretend)}`];
  for (const args of [['doctor'], ['serve'], ['--version'], []]) {
    const { status, stdout, stderr } = headroom(old, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^headroom: this is Node\.js 20\.20\.2, and Headroom needs >= 24\.15\. .*\n$/);
  }
});
