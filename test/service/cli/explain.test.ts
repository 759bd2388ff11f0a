import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { temporaryDir } from '../server/rig.ts';
import { createWorld, type FakeWorld } from './world.ts';

const TEXT =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; 12.00 GiB total capacity; 2.56 GiB already allocated; 7.20 GiB free; 2.59 GiB reserved in total by PyTorch)';
const CONTRACT = [
  'ok',
  'kind',
  'triedMiB',
  'totalMiB',
  'freeMiB',
  'allocatedMiB',
  'reservedMiB',
  'cause',
  'tensor',
  'remedies',
];

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => dir.remove());

function typed(...pieces: string[]): FakeWorld {
  return createWorld(dir.path, pieces);
}

function fileWith(text: string | Uint8Array): string {
  const path = join(dir.path, 'log.txt');
  writeFileSync(path, text);
  return path;
}

describe('headroom explain', () => {
  test('tells in words what was asked for, what was there, and why it was refused', async () => {
    const world = typed(TEXT.slice(0, 40), TEXT.slice(40));
    expect(await runCli(['explain'], world)).toBe(0);
    expect(world.printed().split('\n')).toEqual([
      'Error      The graphics card ran out of memory (CUDA).',
      'Figures    asked for 512 MiB, free 7.20 GiB, in all 12.00 GiB, in tensors 2.56 GiB, reserved by PyTorch 2.59 GiB',
      expect.stringContaining('the score matrices of self-attention at 64x64 latents (512x512 pixels)'),
      expect.stringContaining('commit limit of Windows'),
      expect.stringMatching(/^What helps .*paging file/),
      '',
    ]);
    expect(world.complained()).toBe('');
  });

  test('prints one JSON object with the agreed fields first', async () => {
    const world = typed();
    expect(await runCli(['explain', fileWith(TEXT), '--json'], world)).toBe(0);
    const printed = JSON.parse(world.printed()) as Record<string, unknown>;
    expect(Object.keys(printed).slice(0, CONTRACT.length)).toEqual(CONTRACT);
    expect(printed).toMatchObject({
      ok: true,
      kind: 'cuda',
      triedMiB: 512,
      totalMiB: 12_288,
      freeMiB: 7372.8,
      allocatedMiB: 2621.44,
      reservedMiB: 2652.16,
      cause: 'commit-limit',
      tensor: { layer: 'self-attention scores', latent: [64, 64], certain: false },
      remedies: [{ code: 'paging-file', savesMiB: null, picture: 'same', restart: false }],
      details: { device: 0, causeFigures: { freeMiB: 7372.8 } },
    });
  });

  test('reads what PowerShell wrote, in UTF-16', async () => {
    const world = typed();
    expect(await runCli(['explain', fileWith(Buffer.from(`\ufeff${TEXT}`, 'utf16le')), '--json'], world)).toBe(0);
    expect(JSON.parse(world.printed())).toMatchObject({ triedMiB: 512 });
  });

  test('refuses what is no error: 1, and a sentence or a reason', async () => {
    const [words, json] = [typed('make room for memory'), typed('')];
    expect(await runCli(['explain'], words)).toBe(1);
    expect([words.printed(), words.complained()]).toEqual(['', expect.stringContaining('no out-of-memory error')]);
    expect(await runCli(['explain', '--json'], json)).toBe(1);
    expect(json.printed()).toBe('{"ok":false,"reason":"not-an-error"}\n');
  });

  test('says to a person at a terminal what it waits for', async () => {
    const world = createWorld(dir.path, [TEXT], true);
    expect(await runCli(['explain', '--json'], world)).toBe(0);
    expect(world.complained()).toMatch(/Paste the error text.*Ctrl-D/);
  });

  test.each([
    ['a file that is not there', 'nowhere.txt', 'there is no such file'],
    ['a folder', 'folder', 'it is a folder'],
    ['a device without an end', '/dev/zero', 'it is a device and no file'],
  ])('does not read %s', async (_what, name, words) => {
    mkdirSync(join(dir.path, 'folder'));
    const world = typed();
    expect(await runCli(['explain', name.startsWith('/') ? name : join(dir.path, name)], world)).toBe(2);
    expect(world.complained()).toContain(words);
  });

  test('reads the last 16 MiB of a text that is longer, where its error stands, and says so', async () => {
    const log = Array.from({ length: 40 }, () => `${'x'.repeat(2 ** 20 - 1)}\n`);
    const [atEnd, atBeginning] = [typed(...log, TEXT), typed(TEXT, ...log)];
    expect(await runCli(['explain'], atEnd)).toBe(0);
    expect(atEnd.printed()).toContain('asked for 512 MiB');
    expect(atEnd.complained()).toContain('only the last 16 MiB');
    expect(await runCli(['explain'], atBeginning)).toBe(1);
    expect(atBeginning.complained()).toMatch(/only the last 16 MiB.*\n.*no out-of-memory error/);
  });

  test.each([
    [['explain', 'a', 'b'], 'unexpected "b"'],
    [['explain', '--frob'], 'there is no option "--frob"'],
  ])('does not understand %j', async (args, words) => {
    const world = typed();
    expect(await runCli(args, world)).toBe(2);
    expect(world.complained()).toContain(words);
  });

  test('gives out nothing that acts on a terminal, and no path of the text', async () => {
    const world = typed(`  File "/home/somebody/secret.py", line 1, in \u001b[2Jf\n\u001b[31m${TEXT}\u001b[0m`);
    await runCli(['explain', '--json'], world);
    await runCli(['explain'], world);
    expect(world.printed()).not.toMatch(/\u001b|secret|somebody/);
  });
});
