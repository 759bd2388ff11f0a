/** WebUIs that Headroom gives no estimate for: readout, tab and command line say the same. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { runEstimate } from '../../../service/cli/commands/estimate.ts';
import { abilitiesOf, readReport } from '../../../service/hosts/hosts.ts';
import type { Environment } from '../../../service/protocol/host.ts';
import type { BenchmarkOptions } from '../../../service/protocol/benchmark.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { SD15_LIKE, settingsOf, truth } from '../model/synthetic-host.ts';
import { exampleRun } from '../recorder/examples.ts';
import { reportOf } from '../hosts/as-shim.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';
import { inabilityInWords } from '../../../service/words/index.ts';

const OPTIONS: BenchmarkOptions = { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' };
const SETTINGS = settingsOf('txt2img', 768, 768, 1);
const SIZES_PX = [256, 512, 768, 1024, 640];
const PROGRAMS = {
  Forge: { program: ['backend', 'modules.launch_utils', 'modules_forge'], webuiVersion: 'f2.0.1v1.10.1' },
  reForge: { program: ['ldm_patched', 'modules.launch_utils', 'modules_forge'], webuiVersion: 'f1.0.0v2-v1.10.1RC' },
  'SD.Next': { program: ['installer', 'modules.sd_offload'], webuiVersion: 'unknown' },
} as const;

let dataDir: string;
let rig: Rig;
rigForEach((own, folder) => {
  rig = own;
  dataDir = folder;
});

/** Batch sizes too, for without two of them nothing is fitted. */
const pictureOf = (operation: 'txt2img' | 'img2img', px: number) =>
  settingsOf(operation, px, px, px % 512 === 0 ? 2 : 1);

async function generate(): Promise<void> {
  for (const px of SIZES_PX) {
    rig.host.generate(`run-${px}`, pictureOf('txt2img', px));
    await rig.clock.advance(6000);
  }
}

/** The host is `name` from now on, and its person makes five pictures, as many as give A1111 an estimate. */
async function generateWith(name: keyof typeof PROGRAMS): Promise<Environment> {
  const { program, webuiVersion } = PROGRAMS[name];
  await rig.clock.advance(1500);
  const report = reportOf({ ...ENVIRONMENT, webuiVersion }, [...program]);
  rig.host.socket.say({ type: 'environment', report });
  await generate();
  return readReport(report).environment;
}

async function ask(type: string, question: object): Promise<Record<string, unknown>> {
  rig.viewer.say({ type, requestId: 1, ...question });
  await rig.clock.advance(100);
  return rig.viewer.last(type) ?? {};
}

function commandLine(): { readonly exitCode: number; readonly answer: Record<string, unknown> } {
  let told = '';
  const say = (text: string): void => {
    told += text;
  };
  const world = { out: say, err: say, env: {}, defaultDataDir: () => dataDir, driverMaySpill: () => false };
  const size = ['--width', String(SETTINGS.width), '--height', String(SETTINGS.height)];
  const exitCode = runEstimate([...size, '--other-mib', '300', '--json'], world);
  return { exitCode, answer: JSON.parse(told) as Record<string, unknown> };
}

test('a WebUI that is given no estimate says so before it has loaded a checkpoint, too: Forge loads it with the first picture', async () => {
  const { program, webuiVersion } = PROGRAMS.Forge;
  const report = reportOf({ ...ENVIRONMENT, webuiVersion, checkpoint: null }, [...program]);
  rig.host.socket.say({ type: 'environment', report });
  await rig.clock.advance(100);
  const { why } = abilitiesOf(readReport(report).environment);
  expect(rig.viewer.last('state')).toMatchObject({
    keyHash: null,
    abilities: { benchmark: false },
    calibration: { finding: { code: 'unable', why } },
  });
  expect(await ask('estimate', { tab: 'txt2img', settings: SETTINGS })).toMatchObject({
    result: { status: 'adapts', why: { code: 'finding', finding: { code: 'unable', why } } },
  });
});

test('five pictures with A1111 are enough for an estimate', async () => {
  await generate();
  expect(await ask('estimate', { tab: 'txt2img', settings: SETTINGS })).toMatchObject({
    result: { status: 'estimated' },
  });
});

describe.each([
  ['Forge', 'adapts', 'webui-adapts'],
  ['reForge', 'adapts', 'webui-adapts'],
  ['SD.Next', 'unsupported', 'unsupported'],
] as const)('after five pictures with %s', (name, status, reason) => {
  test('readout, tab and command line say the same: no estimate, no benchmark, by its name', async () => {
    const environment = await generateWith(name);
    const { why } = abilitiesOf(environment);
    const message = why === null ? '' : inabilityInWords(why);
    expect(message).toMatch(new RegExp(`^${name.replace('.', '\\.')} `));
    expect(await ask('estimate', { tab: 'txt2img', settings: SETTINGS })).toMatchObject({
      result: { status, why: { code: 'finding', finding: { code: 'unable', why } } },
    });
    const state = rig.viewer.last('state');
    expect(state).toMatchObject({
      abilities: { benchmark: false, estimate: false, reason, why },
      environment: { webui: name },
      calibration: { state: 'none', runs: 0, finding: { code: 'unable', why } },
    });
    expect(commandLine()).toMatchObject({ exitCode: 1, answer: { status, message } });
    for (const type of ['benchmark-start', 'benchmark-resume']) {
      rig.viewer.say(type === 'benchmark-start' ? { type, options: OPTIONS } : { type });
      await rig.clock.advance(100);
      expect(rig.viewer.last('refused')).toMatchObject({ refusal: { code: 'unable', why } });
    }
    expect(rig.host.asked).toEqual([]);
    expect(await ask('curves', { operation: 'txt2img', settings: null })).toMatchObject({ lines: [] });
  });

  test(
    reason === 'unsupported'
      ? 'none is kept, for what it says of them cannot be trusted'
      : 'they are kept and shown, and marked as not used',
    async () => {
      await generateWith(name);
      const { rows } = (await ask('runs', {})) as { rows?: { marks: string[] }[] };
      expect(rows?.map(({ marks }) => marks)).toEqual(reason === 'unsupported' ? [] : SIZES_PX.map(() => [reason]));
      expect(rig.store.allRuns().map(({ estimatedPeakMiB }) => estimatedPeakMiB)).toEqual(
        reason === 'unsupported' ? [] : SIZES_PX.map(() => null),
      );
    },
  );
});

describe('a store that an earlier version filled from SD.Next', () => {
  const environment = {
    ...storedEnvironmentOf(ENVIRONMENT),
    webui: 'AUTOMATIC1111',
    webuiVersion: 'unknown',
    key: { family: 'sd1', webui: 'AUTOMATIC1111 unknown' },
  };
  const keyHash = keyHashOf(environment);

  beforeEach(() => {
    rig.store.saveEnvironment(keyHash, environment, rig.clock.nowMs() + 1000);
    SIZES_PX.forEach((px, at) => {
      const settings = pictureOf('img2img', px);
      const { activeMiB, reservedMiB } = truth(SD15_LIKE, settings);
      const torch = { activePeakMiB: activeMiB, reservedPeakMiB: reservedMiB, allocRetries: 0, ooms: 0 };
      rig.store.saveRun(
        exampleRun({
          runId: `old-${px}`,
          keyHash,
          sessionId: null,
          origin: 'ordinary',
          startedAtMs: rig.clock.nowMs() + at,
          settings,
          phases: [],
          torch,
        }),
      );
    });
  });

  test('gives no estimate', () => {
    expect(commandLine()).toMatchObject({
      exitCode: 1,
      answer: { status: 'unsupported', message: expect.stringContaining('SD.Next') },
    });
  });

  test('shows its runs with the mark', async () => {
    rig.host.socket.close(1000);
    const { rows } = (await ask('runs', {})) as { rows?: { marks: string[] }[] };
    expect(rows?.map(({ marks }) => marks)).toEqual(SIZES_PX.map(() => ['unsupported']));
  });
});
