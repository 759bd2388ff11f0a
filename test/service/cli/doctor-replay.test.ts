import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runDoctor } from '../../../service/cli/commands/doctor.ts';
import { decodeOutput, doctorReplay } from '../../../service/cli/doctor-replay.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/nvidia-smi');
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length));

interface Fixture {
  readonly about: string;
  readonly exitCode: number;
  readonly expected: { readonly ok: boolean };
}

async function replay(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runDoctor(args, { out: (text) => out.push(text), err: (text) => err.push(text), env: {} });
  return { exitCode, out: out.join(''), err: err.join('') };
}

describe('a saved output', () => {
  test.each(NAMES)('%s is read as its fixture says', async (name) => {
    const { exitCode, expected } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Fixture;
    const result = await replay('--replay', join(FOLDER, `${name}.txt`), '--exit-code', String(exitCode), '--json');
    expect(JSON.parse(result.out)).toEqual(expected);
    expect(result.exitCode).toBe(expected.ok ? 0 : 1);
    expect(result.err).toBe('');
  });

  test('is taken as of exit code 0 where none is given', async () => {
    expect(JSON.parse((await replay('--replay', join(FOLDER, 'empty-exit-9.txt'), '--json')).out)).toEqual({
      ok: false,
      reason: 'bad-output',
    });
  });

  test('is told in words without --json', async () => {
    const good = await replay('--replay', join(FOLDER, 'lost-between-rows.txt'));
    expect(good.out).toContain('512 MiB of 8.0 GiB used');
    expect(good.out).toContain('Row 1 cannot be used (gpu-lost)');
    const bad = await replay('--replay', join(FOLDER, 'mismatch.txt'));
    expect(bad.out).toMatch(/driver-mismatch.*restart the machine/);
  });

  test.each(['empty-exit-0', 'negative'])('is not explained by advising what was just done (%s)', async (name) => {
    expect((await replay('--replay', join(FOLDER, `${name}.txt`))).out).not.toContain('--replay');
  });
});

describe('arguments that do not serve', () => {
  test('are told in our words, not in those of the system', async () => {
    expect((await replay('--replay', '/nowhere/at-all.txt')).err).toContain(
      '"/nowhere/at-all.txt" cannot be read: there is no such file or folder.',
    );
    expect((await replay('--frobnicate')).err).toContain('there is no option "--frobnicate".');
  });

  test.each([
    ['a missing file', ['--replay', '/nowhere/at-all.txt']],
    ['a folder', ['--replay', FOLDER]],
    ['a device without an end', ['--replay', '/dev/zero']],
    ['an exit code in words', ['--replay', 'x', '--exit-code', 'nine']],
    ['a broken exit code', ['--replay', 'x', '--exit-code', '1.5']],
    ['an exit code without a file', ['--exit-code', '9']],
    ['an unknown option', ['--replay', 'x', '--frobnicate']],
    ['a stray word', ['x']],
    ['an option without its value', ['--replay']],
  ])('%s: exit code 2, a message, one JSON object', async (_what, args) => {
    const { exitCode, out, err } = await replay(...args, '--json');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^headroom doctor: ./);
    expect(JSON.parse(out)).toEqual({ ok: false, error: expect.any(String) });
  });
});

/** Anything, and fixtures with pieces cut out, put in twice or changed. */
const outputs = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.nat(2000),
      fc.nat(60),
      fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom('\n', ', ', '"', '[N/A]', '[Unknown Error]', '-', '9e99', 'MiB', '\0'),
      ),
    )
    .map(([name, at, length, piece]) => {
      const text = decodeOutput(readFileSync(join(FOLDER, `${name}.txt`)));
      const start = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, start) + piece + text.slice(start + length);
    }),
);

describe('any output at all', () => {
  test('is answered without an exception, with figures that are finite and not negative, or null', () => {
    fc.assert(
      fc.property(outputs, fc.integer({ min: -1, max: 300 }), (text, exitCode) => {
        const answer = doctorReplay({ text, exitCode });
        if (!answer.ok) return;
        expect(answer.gpus.length).toBeGreaterThan(0);
        for (const { index, usedMiB, totalMiB } of answer.gpus) {
          for (const figure of [index, usedMiB, totalMiB])
            expect(figure === null || (Number.isFinite(figure) && figure >= 0)).toBe(true);
          if (usedMiB !== null && totalMiB !== null) expect(usedMiB).toBeLessThanOrEqual(totalMiB);
        }
        for (const { row } of answer.unusable) expect(Number.isInteger(row) && row >= 0).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});
