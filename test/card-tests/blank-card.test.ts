/**
 * What the card without kernels needs and is not there is said, a line a thing: then nothing ran, and so nothing
 * passed.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { buildCard, type Built } from '../card/blank-card.ts';

const PYTHON = execFileSync(process.env['HEADROOM_PYTHON'] ?? 'python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-card-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param added to the environment of the build. */
function build(python: string, added: NodeJS.ProcessEnv = {}): Promise<Built> {
  const env = { ...process.env, CC: '', PYTHONPATH: join(folder, 'site'), ...added };
  return buildCard({ python, dir: folder }, [], join(folder, 'out'), env);
}

/** A package of that name in front of all others; nothing of it is ever imported. */
function putTorch(files: readonly string[]): string {
  const torch = join(folder, 'site', 'torch');
  mkdirSync(join(torch, 'lib'), { recursive: true });
  for (const file of ['__init__.py', ...files]) writeFileSync(join(torch, file), '');
  return torch;
}

function program(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

test('neither compiler nor nm nor torch: each is named', async () => {
  expect(await build(PYTHON, { PATH: folder })).toEqual({
    ok: false,
    missing: [
      'a C compiler: no gcc or cc on the PATH',
      'binutils: no nm on the PATH',
      expect.stringMatching(/^PyTorch: .* has none$/),
    ],
  });
});

test('a compiler that is named and not there is missing, whatever else the PATH has', async () => {
  putTorch(['lib/libtorch_cuda.so']);
  expect(await build(PYTHON, { CC: join(folder, 'no-such-cc') })).toMatchObject({
    ok: false,
    missing: expect.arrayContaining([`a C compiler: CC names ${join(folder, 'no-such-cc')}, which is not there`]),
  });
});

test('a torch for the CPU alone is not enough', async () => {
  const torch = putTorch([]);
  const built = await build(PYTHON);
  expect(built).toMatchObject({
    ok: false,
    missing: expect.arrayContaining([`a CUDA build of PyTorch for Linux: ${torch} has no lib/libtorch_cuda.so`]),
  });
});

test('a CUDA build without the headers beside it: each header is named', async () => {
  putTorch(['lib/libtorch_cuda.so']);
  const built = await build(PYTHON);
  expect(built.ok ? [] : built.missing).toEqual(
    expect.arrayContaining([
      'the header cuda_runtime_api.h',
      expect.stringMatching(/^the header crt\/host_defines\.h \(the wheel nvidia-cuda-nvcc-cu12 has it/),
    ]),
  );
});

test.each([
  ['a folder', () => folder],
  ['a program that is none', () => program('python', '#!/bin/sh\necho "no such option" >&2\nexit 2\n')],
  ['a file that cannot be run', () => join(import.meta.dirname, 'blank-card.test.ts')],
])('%s given as the Python is missing one, and not a failure of the test', async (_, at) => {
  const python = at();
  expect(await build(python)).toEqual({ ok: false, missing: [`a Python: ${python} does not run as one`] });
});

test('an old Python says which it is', async () => {
  const python = program('python', '#!/bin/sh\necho "3.8.10 (default)"\n');
  expect(await build(python)).toEqual({ ok: false, missing: [`Python >= 3.10: ${python} is 3.8.10 (default)`] });
});
