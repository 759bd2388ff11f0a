/**
 * Words that must not leave the person's machine with a log, an export or a report, planted wherever the product could
 * meet them.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ViewerMessage } from '../../service/protocol/viewer.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, OPTIONS, killSidecar, openPage, type Page } from './page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'service', 'main.ts');
const CANARIES = {
  prompt: 'canaryprompt',
  negative: 'canarynegative',
  login: 'canarylogin',
  password: 'canarypassword',
  person: 'canaryperson',
  message: 'canarymessage',
};

let folder: string;
let home: string;
let dataDir: string;
let standIn: BuiltStandIn;
let page: Page;
let cookie: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-canaries-'));
  home = join(folder, CANARIES.person);
  dataDir = join(home, 'webui-data');
  mkdirSync(home);
  Object.assign(process.env, { HOME: home, USER: CANARIES.person, LOGNAME: CANARIES.person, NODE_DEBUG: 'http,net' });
  const login = `${CANARIES.login}:${CANARIES.password}`;
  standIn = await startBuiltStandIn(8, ['--pace', '0', '--gradio-auth', login, '--loglevel', 'DEBUG'], dataDir);
  const body = new URLSearchParams({ username: CANARIES.login, password: CANARIES.password });
  const answer = await fetch(new URL('/login', standIn.url), { method: 'POST', body });
  cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  page = await openPage(standIn.url, { Cookie: cookie });
  await page.ready();
});
afterAll(async () => {
  page.close();
  await standIn.stop();
  for (const name of ['HOME', 'USER', 'LOGNAME', 'NODE_DEBUG']) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** One command of ours, as the person would run it. */
function headroom(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${join(ROOT, 'test/simulated_card/bin')}:${process.env['PATH'] ?? ''}`,
    HEADROOM_SIM_STATE: join(dataDir, 'simulated-card.json'),
  };
  Reflect.deleteProperty(env, 'NODE_DEBUG');
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env, cwd: ROOT }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
}

/** Which of the words, and whether anything like a token or a login's cookie, stand in a text. */
function found(text: string): string[] {
  const values = cookie.split('; ').map((each) => each.slice(each.indexOf('=') + 1));
  const words = [...Object.values(CANARIES), ...values.filter((value) => value !== '')];
  return [...words.filter((word) => text.includes(word)), ...(text.match(/\b[0-9a-f]{64}\b/g) ?? [])];
}

async function generate(): Promise<void> {
  const body = JSON.stringify({
    prompt: CANARIES.prompt,
    negative_prompt: CANARIES.negative,
    steps: 2,
    width: 512,
    height: 512,
    send_images: false,
  });
  await fetch(new URL('/sdapi/v1/txt2img', standIn.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

test("the home folder of this test is another than the person's", () => {
  expect(homedir()).not.toContain(CANARIES.person);
});

describe('of the prompt, the login, the person and the token nothing stands', () => {
  test(
    "in what the WebUI's console prints, whatever goes wrong",
    async () => {
      await generate();
      await page.runs();
      page.send({ type: CANARIES.message, prompt: CANARIES.prompt } as unknown as ViewerMessage);
      page.send({ type: 'forget-runs', keyHash: CANARIES.message, which: 'all' });
      await standIn.control({ failure: `cannot open ${home}/models/x.safetensors, /mnt/${CANARIES.person}/y` });
      page.send({ type: 'benchmark-start', options: OPTIONS });
      await page.until(({ benchmark }) => benchmark.state === 'running');
      expect((await page.idle()).last).toMatchObject({ result: 'failed' });
      await standIn.control({ failure: null, fault: 'lost' });
      await page.until(({ source }) => source.reason === 'gpu-lost');
      await standIn.control({ fault: null });
      await page.ready();
      await killSidecar(standIn.pid);
      await page.ready();
      const said = standIn.output();
      for (const words of [
        'the sidecar ended unexpectedly',
        'a benchmark run failed',
        'cannot open ~/models/x.safetensors, /mnt/USER/y',
        'host connected',
      ])
        expect(said).toContain(words);
      const ours = said.split('\n').filter((line) => !/^\s*(Launch|listening|Startup)/.test(line));
      expect(ours.flatMap((line) => (found(line).length === 0 ? [] : [line]))).toEqual([]);
    },
    3 * LIMIT_MS,
  );

  test(
    'in an export',
    async () => {
      const text = await headroom('export', '--data-dir', join(dataDir, 'headroom'));
      expect(text.split('\n').length).toBeGreaterThan(3);
      expect(text).toContain('cannot open ~/models');
      expect(found(text)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'in a report of the doctor',
    async () => {
      const text =
        (await headroom('doctor', '--data-dir', join(dataDir, 'headroom'))) +
        (await headroom('doctor', '--json', '--data-dir', join(dataDir, 'headroom')));
      expect(text).toContain('~/webui-data/headroom/headroom.sqlite');
      expect(found(text)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'in what the commands say of files and folders that do not serve',
    async () => {
      const bad = join(home, 'bad.ndjson');
      writeFileSync(bad, `{"kind":"run","run":{"prompt":"${CANARIES.prompt}"}}\n`);
      const nowhere = join(home, 'nowhere');
      const said = await Promise.all([
        headroom('import', bad, '--data-dir', join(home, 'copy')),
        headroom('import', nowhere, '--data-dir', join(home, 'copy')),
        headroom('export', '--data-dir', nowhere),
        headroom('export', join(nowhere, 'x'), '--data-dir', join(dataDir, 'headroom')),
        headroom('estimate', '--width', '512', '--height', '512', '--data-dir', nowhere),
        headroom('doctor', '--replay', nowhere),
        headroom('doctor', '--json', '--replay', nowhere),
      ]);
      expect(said.map((text) => text.length > 20)).toEqual(said.map(() => true));
      expect(found(said.join('\n'))).toEqual([]);
    },
    LIMIT_MS,
  );

  test('in the files that are kept, but for the folder that they lie in', () => {
    const kept = readdirSync(join(dataDir, 'headroom'), { withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'node.json',
    );
    expect(kept.map(({ name }) => name)).toContain('headroom.sqlite');
    for (const { name } of kept)
      expect({ name, found: found(readFileSync(join(dataDir, 'headroom', name), 'latin1')) }).toEqual({
        name,
        found: [],
      });
  });
});
