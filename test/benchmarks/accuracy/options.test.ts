import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../benchmarks/accuracy/options.ts';

const parse = (line: string): ReturnType<typeof parseCommand> => parseCommand(line === '' ? [] : line.split(' '));

describe('command line of the accuracy benchmark', () => {
  test('a table and its weights are enough: fused attention, 24 runs, seed 1, no noise', () => {
    expect(parse('--table a.csv --static-mib 2484')).toEqual({
      ok: true,
      command: {
        kind: 'table',
        file: 'a.csv',
        staticMiB: 2484,
        host: { attention: 'fused' },
        options: { budget: 24, seed: 1, noiseMiB: 0 },
        oneLine: false,
        listRuns: false,
      },
    });
  });

  test('every option can be given', () => {
    expect(
      parse('--table a.csv --static-mib 0 --attention unfused --budget 48 --seed 7 --noise-mib 16.5 --json --runs'),
    ).toMatchObject({
      command: {
        staticMiB: 0,
        host: { attention: 'unfused' },
        options: { budget: 48, seed: 7, noiseMiB: 16.5 },
        oneLine: true,
        listRuns: true,
      },
    });
  });

  test('what a live host reports may stand in a file, which tells the weights as well', () => {
    expect(parse('--table a.csv --host a.json --budget 0')).toMatchObject({
      command: { staticMiB: null, host: { file: 'a.json' }, options: { budget: 0 } },
    });
  });

  test('the tables of the real allocator can be benchmarked by themselves, some of them by their names', () => {
    expect(parse('--recorded --only sdxl')).toEqual({
      ok: true,
      command: { kind: 'recorded', only: 'sdxl', budget: 24, seed: 1, noiseMiB: 0 },
    });
  });

  test('without options all tables of the repository are benchmarked', () => {
    expect(parse('')).toEqual({ ok: true, command: { kind: 'section' } });
  });

  test.each([
    ['--table a.csv', '--static-mib is missing'],
    ['--table a.csv --host a.json --attention fused', '--attention is told by --host already'],
    ['--static-mib 5', '--table FILE.csv is missing'],
    ['--table a.csv --static-mib five', '--static-mib needs a number'],
    ['--table a.csv --static-mib=-5', '--static-mib needs a number'],
    ['--table a.csv --static-mib 5 --budget=-1', '--budget needs a whole number of at least 0'],
    ['--table a.csv --static-mib 5 --budget 2.5', '--budget needs a whole number'],
    ['--table a.csv --static-mib 5 --budget many', '--budget needs a whole number'],
    ['--table a.csv --static-mib 5 --seed x', '--seed needs a whole number'],
    ['--table a.csv --static-mib 5 --noise-mib=', '--noise-mib needs a number'],
    ['--table a.csv --static-mib 5 --attention slow', '--attention is one of fused, unfused'],
    ['--tabel a.csv', "Unknown option '--tabel'"],
  ])('%s is refused: %s', (line, message) => {
    expect(parse(line)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});
