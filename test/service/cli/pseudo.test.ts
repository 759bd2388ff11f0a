/** The command line in a language of brackets: nothing that it says was written past words/. */
import type { RamReport } from '../../../service/protocol/holders.ts';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { calibratingRuns } from '../recorder/examples.ts';
import { PSEUDO, strayIn } from '../words/pseudo.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import type { FakeWorld } from './world.ts';

jest.unstable_mockModule('../../../service/words/index.ts', () => ({ ...PSEUDO }));
const { VERB_NAMES } = await import('../../../service/cli/registry.ts');
const { runCli } = await import('../../../service/cli/cli.ts');
const { reportText, replayText } = await import('../../../service/cli/doctor-text.ts');

let dir: string;
let world: FakeWorld;
worldForEach((own, folder) => {
  world = own;
  dir = folder;
});

/** What is no language: which command speaks. */
const WHO = /^headroom(?: [a-z]+)?: /gm;
const said = () => strayIn(`${world.printed()}${world.complained()}`.replaceAll(WHO, ''), []);

describe('in a language of brackets every word stands in brackets', () => {
  test.each([
    ['frobnicate'],
    ['frobnicat'],
    ['--frobnicate'],
    ['completion tcsh'],
    ['serve --parent-pid x'],
    ['serve --webui-id !'],
    ['estimate --width 512'],
    ['estimate --width 512 --height 512 --hires big'],
    ['estimate --width 512 --height 512 --other-mib x'],
    ['estimate --width 512 --height 512'],
    ['advise --width 512'],
    ['max --other-mib x'],
    ['export --frobnicate'],
    ['export'],
    ['import'],
    ['import nowhere.ndjson'],
    ['forget'],
    ['doctor --exit-code x'],
    ['doctor --exit-code 1'],
    ['doctor --replay nowhere.txt'],
  ])('headroom %s', async (line) => {
    await runCli(line === '' ? [] : line.split(' '), world);
    expect(`${world.printed()}${world.complained()}`).not.toBe('');
    expect(said()).toBe('');
  });

  /** What is typed is the same in each language. */
  const TYPED = /headroom|\[OPTIONS\]|COMMAND( \.{3})?|--?[A-Za-z][\w-]*/g;
  const METAVARIABLES = /\b(PX|N|WIDTHxHEIGHT|NAMES?|HASH|MIB|DIR|FILE|ID|PID|A|B|SHELL)\b/g;

  test.each(['--help', ...VERB_NAMES.map((name) => `${name} --help`)])('headroom %s', async (line) => {
    await runCli(line.split(' '), world);
    const verbs = new RegExp(`^ *(headroom )?(${VERB_NAMES.join('|')})\\b`, 'gm');
    const text = world.printed().replaceAll(verbs, '').replaceAll(TYPED, '').replaceAll(METAVARIABLES, '');
    // Commander wraps what stands in brackets over several lines.
    expect(strayIn(text.replaceAll(/\s+/g, ' '), VERB_NAMES)).toBe('');
  });

  test.each(['', 'man'])('headroom %s', async (line) => {
    await runCli(line === '' ? [] : [line], { ...world, look: { columns: 80, colour: false } });
    expect(world.printed()).toContain('⟦');
  });

  test.each(['--width 512 --height 512', '--width 2048 --height 2048 --batch 16', '--width 4 --height 512'])(
    'headroom estimate %s, of a store',
    async (size) => {
      fillStore(world.defaultDataDir(), calibratingRuns(KEY), 1);
      await runCli(['estimate', ...size.split(' ')], world);
      expect(world.printed()).not.toBe('');
      expect(said()).toBe('');
    },
  );

  test.each([
    'advise --width 2048 --height 2048 --batch 8',
    'advise --width 512 --height 512',
    'flags --width 512 --height 512',
    'max',
  ])('headroom %s, of a store', async (line) => {
    fillStore(world.defaultDataDir(), calibratingRuns(KEY), 1);
    await runCli(line.split(' '), world);
    expect(world.printed()).not.toBe('');
    expect(said()).toBe('');
  });

  test('headroom export, import and forget', async () => {
    fillStore(world.defaultDataDir(), calibratingRuns(KEY), 1);
    const file = join(dir, 'runs.ndjson');
    const notes = join(dir, 'notes.txt');
    writeFileSync(notes, 'a note\n'.repeat(100));
    const elsewhere = join(dir, 'elsewhere');
    for (const line of [
      ['export', file],
      ['export', file],
      ['import', file],
      ['import', notes],
      ['forget', '--imported'],
    ])
      await runCli(
        [...line, '--data-dir', line[1] === file && line[0] === 'import' ? elsewhere : world.defaultDataDir()],
        world,
      );
    expect(world.printed()).not.toBe('');
    expect(said()).toBe('');
  });

  const RAM: RamReport = {
    totalMiB: 16384,
    availableMiB: 900,
    commitLimitMiB: 20000,
    committedMiB: 19500,
    webuiMiB: 4000,
    allocator: 'system',
    library: null,
    allocConf: 'expandable_segments:True',
    findings: [
      { code: 'no-better-allocator', command: 'sudo get it' },
      { code: 'not-preloaded', library: 'libtcmalloc.so.4', command: null },
      { code: 'debug-allocator', library: 'libtcmalloc_debug.so.4', command: null },
      { code: 'ram-short', availableMiB: 900, wantedMiB: 2000 },
      { code: 'commit-short', committedMiB: 19500, limitMiB: 20000, wantedMiB: 2000 },
      { code: 'checkpoints-in-ram', count: 2 },
    ],
  };

  test('headroom doctor, of a machine with a card that can be read and one that cannot', () => {
    const gpu = { index: 0, name: 'T4', uuid: null, busId: null, usedMiB: 500, totalMiB: 8192 };
    const unusable = [{ row: 1, reason: 'gpu-lost' as const }];
    const report = reportText({
      ok: true,
      reason: null,
      message: null,
      headroomVersion: '1',
      nodeVersion: '24',
      machine: { os: 'os', cpu: 'cpu', cores: 2, ramMiB: 2048, graphics: [{ name: 'card', vramMiB: null }] },
      nvidiaSmi: { path: '/bin/smi', fields: ['memory.used'] },
      driverVersion: '560',
      gpus: [{ ...gpu, reservedMiB: null, migMode: 'Enabled', reason: null, message: null }],
      unusable,
      processes: null,
      holders: [{ pid: 42, name: 'python', kind: 'webui', use: 'compute', usedMiB: 900 }],
      ram: RAM,
      store: { path: '/store', state: 'ok', sizeBytes: 1, runs: 1, folderWritable: false },
    });
    const replays = [replayText({ ok: true, gpus: [gpu], unusable }), replayText({ ok: false, reason: 'bad-output' })];
    expect(strayIn([report, ...replays].join(''), ['/bin/smi', 'memory.used'])).toBe('');
  });
});
