import { describe, expect, test } from '@jest/globals';
import { parseHardArgs } from '../hard/args.ts';

const KNOWN = ['R2', 'R4'];

describe('the command line of test:hard', () => {
  test('runs every line in full where nothing is said', () => {
    expect(parseHardArgs([], KNOWN)).toEqual({ ok: true, options: { lines: [], share: 1, soakMinutes: 10, seed: 1 } });
  });

  test('chooses lines, a share of the counts, and how long to soak', () => {
    const parsed = parseHardArgs(['R4', '--share', '0.1', '--soak-minutes', '120', '--seed', '7'], KNOWN);
    expect(parsed).toEqual({ ok: true, options: { lines: ['R4'], share: 0.1, soakMinutes: 120, seed: 7 } });
  });

  test.each([
    [['R3'], 'R3'],
    [['--share', '0'], '--share'],
    [['--share', '2'], '--share'],
    [['--soak-minutes', 'long'], '--soak-minutes'],
    [['--seed', '-1'], '--seed'],
    [['--quick'], '--quick'],
  ])('refuses %j and says why', (args, named) => {
    const parsed = parseHardArgs(args, KNOWN);
    expect(parsed.ok ? '' : parsed.message).toContain(named);
  });
});
