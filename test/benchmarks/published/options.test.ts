import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../benchmarks/published/options.ts';

describe('command line of the benchmark on published figures', () => {
  test('without any option the section of the page is written', () => {
    expect(parseCommand([])).toEqual({ ok: true, command: { kind: 'section' } });
  });

  test('a file may be given for either table, and --json puts all on one line', () => {
    expect(parseCommand(['--figures', 'f.csv', '--reports', 'r.csv', '--json'])).toEqual({
      ok: true,
      command: { kind: 'json', figures: 'f.csv', reports: 'r.csv', oneLine: true },
    });
    expect(parseCommand(['--json'])).toMatchObject({ command: { figures: null, reports: null } });
    expect(parseCommand(['--figures', 'f.csv'])).toMatchObject({ command: { reports: null, oneLine: false } });
  });

  test('what is not known is told', () => {
    expect(parseCommand(['--figure', 'f.csv'])).toMatchObject({ ok: false });
    expect(parseCommand(['f.csv'])).toMatchObject({ ok: false });
    expect(parseCommand(['--figures'])).toMatchObject({ ok: false });
  });
});
