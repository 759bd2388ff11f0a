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
  locale: Readonly<Record<string, string>> = { LC_ALL: 'C' },
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, LC_ALL: '', LC_MESSAGES: '', LANG: '', ...locale };
  return spawnSync(process.execPath, [...nodeOptions, bundle, ...args], { encoding: 'utf8', timeout: LIMIT_MS, env });
}

const GERMAN = { LANG: 'de_DE.UTF-8' };

test('the command line speaks the language of the terminal, and its exit codes are the same', () => {
  const spoken = [GERMAN, { LC_ALL: 'C', ...GERMAN }, { LANG: 'fr_FR.UTF-8' }, {}].map((locale) =>
    headroom([], ['max', '--help'], locale),
  );
  expect(spoken.map(({ stdout }) => stdout.split('\n')[0])).toEqual([
    'Aufruf: headroom max [OPTIONS]',
    ...Array<string>(3).fill('Usage: headroom max [OPTIONS]'),
  ]);
  const [inGerman, inEnglish] = [GERMAN, {}].map((locale) => headroom([], ['max', '--wdith', '1'], locale));
  expect([inGerman?.status, inEnglish?.status]).toEqual([2, 2]);
  expect(inGerman?.stderr).toBe(
    'headroom max: eine Option "--wdith" gibt es nicht. Gemeint: --width oder --with? Siehe headroom max --help.\n',
  );
});

test('its figures have a comma in German sentences, and a point in JSON', () => {
  const file = join(dir.path, 'error.txt');
  const error =
    'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 8.00 GiB total capacity; ' +
    '5.75 GiB already allocated; 1.25 GiB free; 6.00 GiB reserved in total by PyTorch)';
  writeFileSync(file, error);
  expect(headroom([], ['explain', file], GERMAN).stdout).toMatch(
    /verlangt 2,50 GiB, frei 1,25 GiB, insgesamt 8,00 GiB/,
  );
  const [inGerman, inEnglish] = [GERMAN, {}].map((locale) => headroom([], ['explain', '--json', file], locale).stdout);
  expect(inGerman).toBe(inEnglish);
  expect(inGerman).toContain('2560');
});

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
