import { describe, expect, test } from '@jest/globals';
import { fixtureText, readRecordArgs, USAGE } from '../../../tools/record/args.ts';

describe('arguments of npm run record', () => {
  test('a name alone asks the nvidia-smi of this machine', () => {
    expect(readRecordArgs(['lost-gpu'])).toMatchObject({ ok: true, name: 'lost-gpu', command: null });
  });

  test('what follows "--" is the command, with its own options', () => {
    expect(readRecordArgs(['other-tool', '--about', 'It is not ours.', '--', 'rocm-smi', '--about'])).toEqual({
      ok: true,
      name: 'other-tool',
      about: 'It is not ours.',
      command: ['rocm-smi', '--about'],
    });
  });

  test.each([
    ['no name', []],
    ['a path for a name', ['../lost']],
    ['an unknown option', ['lost', '--frob', 'x']],
    ['an option without its value', ['lost', '--about']],
    ['words left over', ['lost', '--about', 'x', 'y']],
    ['no command behind "--"', ['lost', '--']],
  ])('%s is refused with a sentence', (_what, argv) => {
    expect(readRecordArgs(argv)).toEqual({ ok: false, error: expect.stringMatching(/./) });
  });

  test('the usage names every option', () => {
    expect(USAGE).toContain('--about');
  });
});

describe('a recorded text', () => {
  test('loses the ids of its cards and keeps which is which', () => {
    const a = 'GPU-3f1c0a52-77d0-4c1e-9b0e-0a4f5e6d7c80';
    const b = 'MIG-11111111-77d0-4c1e-9b0e-0a4f5e6d7c80';
    const text = fixtureText(`0, ${a}\n1, ${b}\n0, ${a.toUpperCase()}\n`);
    expect(text).toBe(
      '0, GPU-00000000-0000-4000-8000-000000000001\n' +
        '1, MIG-00000000-0000-4000-8000-000000000002\n' +
        '0, GPU-00000000-0000-4000-8000-000000000001\n',
    );
  });

  test('is otherwise left byte by byte', () => {
    const text = 'index, memory.used [MiB]\r\n0, [N/A]\r\n\r\n';
    expect(fixtureText(text)).toBe(text);
  });
});
