/**
 * Every verb of the command line, over and over beside a busy machine: a process that does not end is seldom, and only
 * seen so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerbName } from '../../../service/cli/verb.ts';
import { bundlePrograms } from '../../../tools/bundle.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { openStore } from '../../../service/store/store.ts';
import { calibratingRuns } from '../../service/recorder/examples.ts';
import { ENVIRONMENT } from '../../service/server/fake-host.ts';
import type { Check, HardContext, HardLine } from '../line.ts';

const RUNS = 500;
const AT_ONCE = 4;
const BUSY_PROCESSES = 2;
const END_LIMIT_MS = 30_000;
/** Of so many rows V8's compilers are at work just as the answer is there. */
const ROWS = [150, 200, 250];

interface Tried {
  /** Where it is not the verb alone. */
  readonly what?: string;
  /** Behind the verb. */
  readonly args: (at: number) => readonly string[];
  readonly exitCode: number;
  readonly stdin?: string;
}

/** Whether it ended by itself, with the exit code that is right. */
async function ends(bundle: string, verb: string, { args, exitCode, stdin = '' }: Tried, at: number): Promise<boolean> {
  const child = spawn(process.execPath, [bundle, verb, ...args(at)], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(limit);
  return code === exitCode;
}

/** Of each verb: the compiler asks for one that is new. */
function verbsIn(folder: string): Readonly<Record<VerbName, Tried>> {
  const row = (at: number) =>
    `${at % 8}, GPU-3f1c0a52-77d0-4c1e-9b0e-0a4f5e6d${at}, NVIDIA GeForce RTX 3070, ${at} MiB, 8192 MiB\n`;
  for (const rows of ROWS) {
    writeFileSync(
      join(folder, `${rows}.txt`),
      `index, uuid, name, memory.used [MiB], memory.total [MiB]\n${Array.from({ length: rows }, (_, at) => row(at)).join('')}`,
    );
  }
  const key = keyHashOf(ENVIRONMENT);
  const store = openStore(folder, 1_790_000_000_000);
  store.saveEnvironment(key, storedEnvironmentOf(ENVIRONMENT), 1_790_000_000_000);
  const runs = calibratingRuns(key);
  for (const run of runs) store.saveRun(run);
  store.close();
  writeFileSync(join(folder, 'export.ndjson'), runs.map((run) => `${JSON.stringify({ kind: 'run', run })}\n`).join(''));
  const here = ['--data-dir', folder];
  return {
    doctor: {
      what: 'doctor --replay',
      args: (at) => ['--replay', join(folder, `${ROWS[at % ROWS.length]}.txt`), '--json'],
      exitCode: 0,
    },
    import: { args: () => [join(folder, 'export.ndjson'), ...here], exitCode: 0 },
    export: { args: () => here, exitCode: 0 },
    // Runs hold no error text.
    explain: { args: () => [join(folder, 'export.ndjson')], exitCode: 1 },
    estimate: { args: () => ['--width', '768', '--height', '768', ...here], exitCode: 0 },
    advise: { args: () => ['--width', '768', '--height', '768', ...here], exitCode: 0 },
    max: { args: () => here, exitCode: 0 },
    // Of the set-up of that store no networks are known.
    flags: { args: () => ['--width', '768', '--height', '768', ...here], exitCode: 1 },
    forget: { args: () => ['--imported', ...here], exitCode: 0 },
    top: { args: () => ['--nvidia-smi', '/nowhere/nvidia-smi', ...here], exitCode: 1 },
    completion: { args: () => ['bash'], exitCode: 0 },
    man: { args: () => [], exitCode: 0 },
    record: {
      args: (at) => ['--nvidia-smi', '/nowhere/nvidia-smi', '--out', join(folder, `${at}.ndjson`), '--', 'true'],
      exitCode: 0,
    },
    compare: { args: () => ['last', 'settings:512x512', ...here], exitCode: 0 },
    serve: {
      args: () => ['--nvidia-smi', '/nowhere/nvidia-smi', ...here],
      exitCode: 0,
      stdin: `${'ab'.repeat(32)}\n`,
    },
  };
}

async function run({ count, say }: HardContext): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-ends-'));
  const busy = Array.from({ length: BUSY_PROCESSES }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    const bundle = join(folder, 'headroom.mjs');
    for (const [name, text] of Object.entries(await bundlePrograms())) writeFileSync(join(folder, name), text);
    const checks: Check[] = [];
    for (const [verb, tried] of Object.entries(verbsIn(folder))) {
      const what = tried.what ?? verb;
      const n = count(RUNS);
      let begun = 0;
      let ended = 0;
      const lane = async (): Promise<void> => {
        while (begun < n) {
          begun += 1;
          if (await ends(bundle, verb, tried, begun)) ended += 1;
          if (begun % 100 === 0) say(`${what}: ${begun} begun`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      checks.push({
        what: `${what}: ends, ${AT_ONCE} at a time beside ${BUSY_PROCESSES} busy processes`,
        n,
        passed: ended === n,
        figure: `${n - ended} did not`,
      });
    }
    return checks;
  } finally {
    for (const child of busy) child.kill('SIGKILL');
    await sleep(100);
    rmSync(folder, { recursive: true, force: true });
  }
}

export const line: HardLine = { id: 'E1', holds: 'every verb of the command line ends', run };
