import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { jsonLine } from '../../../service/store/json-line.ts';
import { exampleRun } from '../recorder/examples.ts';
import { HEADER, end, sample, torchLine } from '../recording/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import type { FakeWorld } from './world.ts';

const SMALL = exampleRun({ runId: 'run-small', keyHash: KEY });
const LARGE = exampleRun({
  runId: 'run-large',
  keyHash: KEY,
  startedAtMs: 1_790_000_100_000,
  endedAtMs: 1_790_000_101_000,
  settings: { operation: 'txt2img', width: 1024, height: 768, batchSize: 2, hires: null },
  torch: { activePeakMiB: 5000, reservedPeakMiB: 5600, allocRetries: 0, ooms: 0 },
  devicePeakMiB: 6400,
  phases: [],
});
const WARM_UP = exampleRun({
  ...LARGE,
  runId: 'run-warm',
  origin: 'warm-up',
  startedAtMs: 1_790_000_200_000,
  endedAtMs: 1_790_000_201_000,
});

let dir: string;
let world: FakeWorld;
worldForEach((own, folder) => {
  world = own;
  dir = folder;
});

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

function recorded(): string {
  const lines = [
    HEADER,
    torchLine(500, { allocatedMiB: 2400, restMs: 900 }),
    torchLine(900, { activePeakMiB: 3000, reservedPeakMiB: 3300 }),
    sample(900, 4100),
    end(),
  ];
  return file('a.ndjson', lines.map(jsonLine).join(''));
}

function exported(): string {
  const lines = [
    { kind: 'headroom-export', version: 1 },
    { kind: 'environment', keyHash: KEY, seenAtMs: 1, environment: storedEnvironmentOf(ENVIRONMENT) },
    ...[SMALL, LARGE].map((run) => ({ kind: 'run', run })),
  ];
  return file('export.ndjson', lines.map(jsonLine).join(''));
}

describe('headroom compare', () => {
  test('puts a recording and a run of the WebUI of the same settings side by side, with the cause', async () => {
    fillStore(world.defaultDataDir(), [SMALL, LARGE, WARM_UP], world.nowMs());
    expect(await runCli(['compare', recorded(), 'settings:512x512'], world)).toBe(0);
    expect(world.printed()).toMatch(/PyTorch's cache +300 +500 +-200/);
    expect(world.printed()).toContain("B needs more (PyTorch's cache): 200 MiB: memory that it had freed");
  });

  test('says so where of no row both figures are known: a recording of no device beside a run', async () => {
    fillStore(world.defaultDataDir(), [SMALL], world.nowMs());
    const ofNoDevice = file('ram.ndjson', [HEADER, end()].map(jsonLine).join(''));
    expect(await runCli(['compare', ofNoDevice, 'last'], world)).toBe(0);
    expect(world.printed()).toContain('Nothing can be compared');
    expect(world.printed()).not.toContain('Nothing differs');
  });

  test.each<[string, string]>([
    ['last', 'run-large'],
    ['run:run-small', 'run-small'],
    ['settings:1024x768x2', 'run-large'],
  ])('"%s" is the newest run of the store that is meant, and no warm-up', async (name, runId) => {
    fillStore(world.defaultDataDir(), [SMALL, LARGE, WARM_UP], world.nowMs());
    expect(await runCli(['compare', name, recorded(), '--json'], world)).toBe(0);
    const { a } = JSON.parse(world.printed()) as { a: { figures: { tensorsMiB: number } } };
    expect(a.figures.tensorsMiB).toBe(runId === 'run-small' ? 3000 : 5000);
  });

  test('an export gives its newest run, or the one that is named; no store is needed', async () => {
    const path = exported();
    expect(await runCli(['compare', path, `${path}#run-small`, '--json'], world)).toBe(0);
    expect(JSON.parse(world.printed())).toMatchObject({
      ok: true,
      schemaVersion: 1,
      a: { kind: 'run', facts: { device: ENVIRONMENT.device.name } },
      rows: expect.arrayContaining([{ row: 'activations', aMiB: 2600, bMiB: 600, differenceMiB: 2000 }]),
      causes: expect.arrayContaining([{ row: 'activations', more: 'a', differenceMiB: null, code: 'settings' }]),
      notExplained: [],
    });
  });

  test.each<[string, () => string[], string]>([
    ['a file that is not there', () => [join(dir, 'no.ndjson'), recorded()], 'there is no such file'],
    ['a second one', () => [recorded(), join(dir, 'no.ndjson')], 'there is no such file'],
    ['a folder', () => [dir, recorded()], 'it is a folder'],
  ])(
    '%s is refused in a sentence, and ends with 2 as for each verb that cannot read its file',
    async (_what, names, words) => {
      expect(await runCli(['compare', ...names()], world)).toBe(2);
      expect(world.complained()).toContain(words);
      expect(world.printed()).toBe('');
    },
  );

  test.each<[string, () => string[], string]>([
    ['a file of another kind', () => [file('x.txt', 'a picture\n'), recorded()], 'is no recording, and no export'],
    [
      'a run that an export lacks',
      () => [`${exported()}#nobody`, recorded()],
      'is no recording, and no export with such a run',
    ],
    [
      'a later version’s',
      () => [file('l.ndjson', jsonLine({ ...HEADER, schemaVersion: 2 })), recorded()],
      'later version',
    ],
    [
      'a damaged one',
      () => [file('d.ndjson', `${jsonLine(HEADER)}{"ty\n${jsonLine(end())}`), recorded()],
      'is damaged',
    ],
    ['a store that is not there', () => ['last', recorded()], 'there is no store'],
  ])('%s is refused in a sentence, and ends with 1', async (_what, names, words) => {
    expect(await runCli(['compare', ...names()], world)).toBe(1);
    expect(world.complained()).toContain(words);
    expect(world.printed()).toBe('');
  });

  test('a run that the store lacks is refused in a sentence', async () => {
    fillStore(world.defaultDataDir(), [SMALL, LARGE, WARM_UP], world.nowMs());
    expect(await runCli(['compare', 'run:nobody', recorded()], world)).toBe(1);
    expect(world.complained()).toContain('no run in the store is "run:nobody"');
  });

  test('the last run of a store that has none is said to be none', async () => {
    fillStore(world.defaultDataDir(), [], world.nowMs());
    expect(await runCli(['compare', 'last', recorded()], world)).toBe(1);
    expect(world.complained()).toContain('the store has no run yet');
  });

  test.each<[string[], string]>([
    [['compare', 'a.ndjson'], 'it needs two'],
    [['compare', 'a', 'b', 'c'], 'unexpected "c"'],
    [['compare', 'a', 'b', '--frob'], 'there is no option "--frob"'],
  ])('%j is not understood', async (args, words) => {
    mkdirSync(join(dir, 'data'), { recursive: true });
    expect(await runCli(args, world)).toBe(2);
    expect(world.complained()).toContain(words);
  });
});
