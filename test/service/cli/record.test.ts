import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRecording } from '../../../service/recording/read.ts';
import { summaryOf, type Summary } from '../../../service/recording/summary.ts';
import type { Recording } from '../../../service/recording/format.ts';
import { temporaryDir } from '../server/rig.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'service', 'main.ts');
const CHILD = join(import.meta.dirname, 'record-child.ts');
const SIMULATED = join(import.meta.dirname, '..', '..', 'simulated_card', 'bin');
const NO_CARD = ['--nvidia-smi', '/nowhere/nvidia-smi'];
const LIMIT_MS = 60_000;

/** Counters as PyTorch names them, of its one card; another one is refused. */
const FAKE_TORCH = `
__version__ = '2.1.2'
class cuda:
    now, peak = 2000, 2000
    is_initialized = staticmethod(lambda: True)
    device_count = staticmethod(lambda: 1)
    get_device_properties = staticmethod(lambda device: object())
    reset_peak_memory_stats = staticmethod(lambda device=None: None)
    @staticmethod
    def memory_stats(device):
        if device != 0: raise AssertionError('Invalid device id')
        pools = ('allocated', 'active', 'reserved')
        figures = {'current': cuda.now, 'peak': cuda.peak}
        return {f'{pool}_bytes.all.{when}': mib * 2 ** 20 for pool in pools for when, mib in figures.items()}
`;

let dir: ReturnType<typeof temporaryDir>;
let out: string;

beforeEach(() => {
  dir = temporaryDir();
  out = join(dir.path, 'a.ndjson');
});
afterEach(() => dir.remove());

interface Ended {
  readonly exitCode: number | null;
  readonly printed: string;
  readonly told: string;
}

interface Given {
  readonly env?: Record<string, string>;
  /** Sent once the program has printed something. */
  readonly signal?: NodeJS.Signals;
  readonly stdin?: string;
}

async function headroom(args: readonly string[], { env = {}, signal, stdin = '' }: Given = {}): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: dir.path,
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  });
  let printed = '';
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  if (signal !== undefined) child.stdout.once('data', () => child.kill(signal));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, printed, told };
}

function script(text: string): string[] {
  return ['--', process.execPath, '-e', text];
}

async function recorded(): Promise<{ readonly recording: Recording; readonly summary: Summary }> {
  const read = await readRecording(createReadStream(out, 'utf8') as AsyncIterable<string>);
  if (!read.ok) throw new Error(read.reason);
  return { recording: read.value, summary: summaryOf(read.value) };
}

describe('headroom record', () => {
  test(
    'records a program with its child: the device, their part of it, the others, their RAM; ends with its exit code',
    async () => {
      const state = join(dir.path, 'card.json');
      const desktop = { pid: 1200, name: '/usr/lib/Xorg', usedMiB: 171 };
      const card = { name: 'NVIDIA simulated', uuid: 'GPU-51a17ed0', busId: '00000000:01:00.0', totalMiB: 8192 };
      writeFileSync(
        state,
        JSON.stringify({
          driverVersion: '550.90.07',
          fault: null,
          cards: [{ ...card, reservedMiB: 200, noiseMiB: 0, processes: [desktop], unlistedMiB: 20 }],
        }),
      );
      const { exitCode, printed, told } = await headroom(
        ['record', '--out', out, '--', process.execPath, CHILD, 'parent', '--help'],
        { env: { HEADROOM_SIM_STATE: state, PATH: `${SIMULATED}${delimiter}${process.env['PATH'] ?? ''}` } },
      );
      expect(exitCode).toBe(7);
      expect(printed).toBe('2 words\n');
      const { recording, summary } = await recorded();
      expect(recording.header).toMatchObject({ program: 'node', driverVersion: '550.90.07', seesWholeTree: true });
      expect(recording.header.devices).toMatchObject([{ totalMiB: 8192, usableMiB: 7992, usedBeforeMiB: 191 }]);
      expect(recording.end).toMatchObject({ exitCode: 7, signal: null });
      expect(summary.devices[0]).toMatchObject({
        peakMiB: 1691,
        programPeakMiB: 1500,
        by: 'driver',
        othersMiB: 191,
        otherPrograms: [{ name: 'Xorg', usedMiB: 171 }],
      });
      expect(summary.ram?.processesPeak).toBe(2);
      expect(summary.ram?.treePeakMiB).toBeGreaterThan(250);
      expect(summary.lacks).toEqual([{ figure: 'torch', why: 'no-hook' }]);
      expect(told).toContain('1691 MiB of 8192 MiB at the top; 191 MiB were used before');
      expect(told).toContain('Program   1500 MiB');
      expect(told).not.toContain('\u001b');
      // Nothing of what the program was told lies in the file.
      expect(readFileSync(out, 'utf8')).not.toContain('record-child');
    },
    LIMIT_MS,
  );

  test(
    'says that there is no device, and records RAM and processes all the same',
    async () => {
      const hold = 'const held = Buffer.alloc(80 * 2 ** 20, 1); setTimeout(() => held[0], 900)';
      const { exitCode, told } = await headroom(['record', ...NO_CARD, '--out', out, ...script(hold)]);
      expect(exitCode).toBe(0);
      expect(told).toContain("No device was recorded, RAM alone. The card's driver does not answer");
      const { summary } = await recorded();
      expect(summary.devices).toEqual([]);
      expect(summary.ram?.treePeakMiB).toBeGreaterThan(80);
      expect(summary.lacks).toContainEqual({ figure: 'device', why: 'driver-missing' });
    },
    LIMIT_MS,
  );

  test.each<[string, () => string[], number, string]>([
    ['not there', () => ['no-such-program-anywhere'], 127, 'there is no program "no-such-program-anywhere"'],
    ['not there, with a folder', () => [join(dir.path, 'no', 'program')], 127, 'there is no program'],
    ['no program', () => [out.replace('a.ndjson', 'plain.txt')], 126, 'cannot be run'],
    ['a folder', () => [dir.path], 126, 'cannot be run'],
  ])('a command that is %s ends as in a shell, and leaves no recording', async (_what, command, code, words) => {
    writeFileSync(join(dir.path, 'plain.txt'), 'no program');
    const { exitCode, told } = await headroom(['record', ...NO_CARD, '--out', out, '--', ...command()]);
    expect([exitCode, readdirSync(dir.path)]).toEqual([code, ['plain.txt']]);
    expect(told).toContain(words);
  });

  test('a program that a signal killed gives 128 and the signal', async () => {
    const { exitCode } = await headroom([
      'record',
      ...NO_CARD,
      '--out',
      out,
      ...script("process.kill(process.pid, 'SIGKILL')"),
    ]);
    expect(exitCode).toBe(128 + constants.signals.SIGKILL);
    expect((await recorded()).recording.end).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    '%s reaches the program, which ends as it likes, and the recording is written',
    async (signal) => {
      const waits = `process.on('${signal}', () => { console.log('told'); process.exitCode = 9; clearInterval(timer); }); const timer = setInterval(() => undefined, 100); console.log('up')`;
      const { exitCode, printed } = await headroom(['record', ...NO_CARD, '--out', out, ...script(waits)], { signal });
      expect([exitCode, printed]).toEqual([9, 'up\ntold\n']);
      expect((await recorded()).recording.end).toMatchObject({ exitCode: 9 });
    },
    LIMIT_MS,
  );

  test('the program has our stdin and the PATH that the person has', async () => {
    const echo = "process.stdin.pipe(process.stdout); process.stdout.write(process.env.PATH + '|')";
    const env = { PATH: `relative${delimiter}${process.env['PATH'] ?? ''}` };
    const { printed } = await headroom(['record', ...NO_CARD, '--quiet', '--out', out, ...script(echo)], {
      stdin: 'typed',
      env,
    });
    expect(printed).toBe(`${env.PATH}|typed`);
  });

  test.each<[string, () => string[], string]>([
    ['in a folder that is not there', () => ['--out', join(dir.path, 'no', 'a.ndjson')], 'no such file or folder'],
    [
      'in the place of a file',
      () => ['--out', join(dir.path, 'mine.ndjson')],
      'it is there already; --force replaces it',
    ],
  ])('where the recording cannot be written, %s, the program is not started', async (_how, where, words) => {
    writeFileSync(join(dir.path, 'mine.ndjson'), 'mine');
    const started = join(dir.path, 'started');
    const { exitCode, told } = await headroom([
      'record',
      ...NO_CARD,
      ...where(),
      ...script(`require('node:fs').writeFileSync(${JSON.stringify(started)}, '')`),
    ]);
    expect(exitCode).toBe(125);
    expect(told).toContain(words);
    expect(existsSync(started)).toBe(false);
    expect(readFileSync(join(dir.path, 'mine.ndjson'), 'utf8')).toBe('mine');
  });

  test('without a name the recording lies in the folder that the person is in', async () => {
    await headroom(['record', ...NO_CARD, '--quiet', ...script('')]);
    expect(readdirSync(dir.path)).toEqual([expect.stringMatching(/^headroom-node-\d{8}-\d{6}\.ndjson$/)]);
  });

  test(
    'with --hook the torch of a Python program tells its counters',
    async () => {
      const modules = join(dir.path, 'modules');
      mkdirSync(modules);
      writeFileSync(join(modules, 'torch.py'), FAKE_TORCH);
      const program = 'import time, torch; time.sleep(1); torch.cuda.peak = 3000; torch.cuda.now = 2100';
      const { exitCode, told } = await headroom(
        [
          'record',
          ...NO_CARD,
          '--hook',
          '--out',
          out,
          '--',
          process.env['HEADROOM_PYTHON'] ?? 'python3',
          '-c',
          program,
        ],
        { env: { PYTHONPATH: modules } },
      );
      expect([exitCode, told]).toEqual([0, expect.stringContaining('torch     reserved 3000 MiB, active 3000 MiB')]);
      const { recording, summary } = await recorded();
      expect(recording.torchFacts).toMatchObject([{ torchVersion: '2.1.2' }]);
      expect(summary.torch).toMatchObject({ idleMiB: 2000, activePeakMiB: 3000, reservedPeakMiB: 3000 });
      expect(summary.lacks).not.toContainEqual(expect.objectContaining({ figure: 'torch' }));
    },
    LIMIT_MS,
  );

  test('with --hook a program without torch is recorded as ever, and what is missing is said', async () => {
    const { told } = await headroom(['record', ...NO_CARD, '--hook', '--out', out, ...script('')]);
    expect(told).toContain("torch's counters were not told: no Python process with torch used a card");
    expect((await recorded()).summary.lacks).toContainEqual({ figure: 'torch', why: 'no-counters' });
  });

  test.each<[string[], string]>([
    [['record'], 'record needs a program'],
    [['record', '--'], 'record needs a program'],
    [['record', 'python', 'a.py'], 'come behind "--"'],
    [['record', '--interval-ms', '5', '--', 'true'], '--interval-ms must be a whole number, 20 to 1500'],
    [['record', '--interval-ms', '1e2', '--', 'true'], '--interval-ms must be'],
    [['record', ...NO_CARD, '--device', '3', '--', 'true'], 'there is no device "3"; there is none'],
  ])('%j is not understood, which it says, and ends with 2', async (args, words) => {
    const { exitCode, told } = await headroom(args);
    expect([exitCode, readdirSync(dir.path)]).toEqual([2, []]);
    expect(told).toContain(words);
  });
});
