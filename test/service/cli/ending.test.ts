import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VerbName } from '../../../service/cli/verb.ts';
import { calibratingRuns } from '../recorder/examples.ts';
import { temporaryDir } from '../server/rig.ts';
import { fillStore, KEY } from './each-world.ts';
import { FORCED, NO_EXIT } from './no-exit.ts';

const MAIN = new URL('../../../service/main.ts', import.meta.url).pathname;
const ENDING = new URL('../../../service/cli/ending.ts', import.meta.url).href;
const REPLAYED = join(import.meta.dirname, '../../fixtures/nvidia-smi/absent-na.txt');
const TOKEN_LINE = `${'ab'.repeat(32)}\n`;

let dir: ReturnType<typeof temporaryDir>;
let dataDir: string;

beforeEach(() => {
  dir = temporaryDir();
  dataDir = join(dir.path, 'data');
  mkdirSync(dataDir);
});
afterEach(() => dir.remove());

interface Run {
  readonly stdin?: string;
  readonly staysOpen?: boolean;
  /** Sent once it has said something on stdout; its stdin stays open. */
  readonly signal?: NodeJS.Signals;
}

function exitCodeOf(
  args: readonly string[],
  { stdin = '', staysOpen = false, signal }: Run = {},
): Promise<number | NodeJS.Signals | null> {
  const child = spawn(process.execPath, [NO_EXIT, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(stdin);
  if (signal === undefined && !staysOpen) child.stdin.end();
  if (signal !== undefined) child.stdout.once('data', () => child.kill(signal));
  child.stdout.resume();
  return new Promise((resolve) => child.once('exit', (code, killedBy) => resolve(code ?? killedBy)));
}

function fakeSmi(script: string): string {
  const path = join(dir.path, 'nvidia-smi');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The compiler asks for one that is new. */
const OF_EACH_VERB: Readonly<Record<VerbName, readonly [string[], number]>> = {
  doctor: [['--nvidia-smi', '/nowhere/nvidia-smi', '--data-dir', 'DATA'], 1],
  estimate: [['--width', '512', '--height', '512', '--data-dir', 'DATA'], 0],
  advise: [['--width', '512', '--height', '512', '--data-dir', 'DATA'], 0],
  max: [['--data-dir', 'DATA'], 0],
  // Of the set-up of that store no networks are known.
  flags: [['--width', '512', '--height', '512', '--data-dir', 'DATA'], 1],
  explain: [['EXPORT'], 1],
  export: [['--data-dir', 'DATA'], 0],
  import: [['EXPORT', '--data-dir', 'DATA'], 0],
  forget: [['--imported', '--data-dir', 'DATA'], 0],
  serve: [['--data-dir', 'DATA'], 2],
  compare: [['last', 'EXPORT', '--data-dir', 'DATA'], 0],
  top: [['--nvidia-smi', '/nowhere/nvidia-smi', '--data-dir', 'DATA'], 1],
  completion: [['zsh'], 0],
  man: [[], 0],
  record: [
    ['--nvidia-smi', '/nowhere/nvidia-smi', '--out', 'OUT', '--', process.execPath, '-e', 'process.exitCode = 3'],
    3,
  ],
};

describe('each verb ends because nothing of it is left open, not because it is made to', () => {
  test.each<[string, string[], number]>([
    ...Object.entries(OF_EACH_VERB).map(([verb, [args, code]]): [string, string[], number] => [
      verb,
      [verb, ...args],
      code,
    ]),
    ['--version', ['--version'], 0],
    ['--help', ['--help'], 0],
    ['no verb', [], 0],
    ['a verb that there is not', ['frobnicate'], 2],
    ['doctor --replay', ['doctor', '--replay', REPLAYED, '--json'], 0],
  ])(
    '%s',
    async (_verb, args, expected) => {
      fillStore(dataDir, calibratingRuns(KEY), 1_790_000_000_000);
      const file = join(dir.path, 'export.ndjson');
      if (args.includes('EXPORT')) expect(await exitCodeOf([MAIN, 'export', file, '--data-dir', dataDir])).toBe(0);
      const places: Record<string, string> = { DATA: dataDir, EXPORT: file, OUT: join(dir.path, 'recording.ndjson') };
      const real = args.map((arg) => places[arg] ?? arg);
      expect(await exitCodeOf([MAIN, ...real])).toBe(expected);
    },
    30_000,
  );

  test.each<[string, string[], Run]>([
    ['serve, whose stdin ends', ['--nvidia-smi', '/nowhere/nvidia-smi'], { stdin: TOKEN_LINE }],
    [
      'serve, asked to by a signal, its stdin still open',
      ['--parent-pid', String(process.pid)],
      { stdin: TOKEN_LINE, signal: 'SIGTERM' },
    ],
    ['serve --standalone, asked to by Ctrl-C', ['--standalone'], { signal: 'SIGINT' }],
  ])(
    '%s',
    async (_how, args, run) => {
      expect(await exitCodeOf([MAIN, 'serve', '--data-dir', dataDir, ...args], run)).toBe(0);
    },
    30_000,
  );

  test('serve, whose first line is no token, its stdin still open', async () => {
    expect(await exitCodeOf([MAIN, 'serve', '--data-dir', dataDir], { stdin: 'hello\n', staysOpen: true })).toBe(2);
  });

  test('serve, with an nvidia-smi that goes on for ever', async () => {
    const smi = fakeSmi('while sleep 0.1; do echo; done');
    expect(
      await exitCodeOf([MAIN, 'serve', '--data-dir', dataDir, '--nvidia-smi', smi], {
        stdin: TOKEN_LINE,
        signal: 'SIGTERM',
      }),
    ).toBe(0);
  });

  test('doctor, with a child of nvidia-smi that holds its output for ever', async () => {
    expect(
      await exitCodeOf([MAIN, 'doctor', '--nvidia-smi', fakeSmi('sleep 20 &\nexit 9'), '--data-dir', dataDir]),
    ).toBe(1);
  });
});

const FULL = '/dev/full';
const whereADiskIsFull = existsSync(FULL) ? test : test.skip;

/** Only Linux has a file that is always full. */
whereADiskIsFull.each([['export'], ['estimate', '--width', '512', '--height', '512']])(
  '%s does not claim success for what a full disk did not take',
  (...verb) => {
    fillStore(dataDir, calibratingRuns(KEY), 1_790_000_000_000);
    const full = openSync(FULL, 'w');
    const done = spawnSync(process.execPath, [MAIN, ...verb, '--data-dir', dataDir], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    closeSync(full);
    expect({ status: done.status, said: done.stderr }).toEqual({
      status: 1,
      said: expect.stringContaining('could not be written: ENOSPC'),
    });
  },
  60_000,
);

describe('a process that should end', () => {
  const code = (more: string) => [
    '--input-type=module',
    '--eval',
    `import { endWith } from '${ENDING}'; endWith(3); ${more}`,
  ];

  test('ends with its exit code', async () => {
    expect(await exitCodeOf(code(''))).toBe(3);
  });

  test('is made to where something keeps it', async () => {
    expect(await exitCodeOf(code('setInterval(() => undefined, 1000);'))).toBe(FORCED);
  });
});
