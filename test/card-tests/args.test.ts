import { describe, expect, test } from '@jest/globals';
import { parseCardArgs } from '../card/args.ts';

describe('the command line of test:card', () => {
  test('has defaults for all but the WebUI', () => {
    expect(parseCardArgs([])).toEqual({
      ok: true,
      options: {
        ...{
          webuiDir: null,
          python: null,
          cardMiB: 8192,
          contextMiB: 450,
          otherMiB: 0,
          kernelKiB: 0,
          family: 'sd1',
          flags: [],
          workspace: 'x+w+y',
          engines: 'anew',
        },
        ...{ settings: 30, nearEdge: 20, seed: 1, rescues: 0, includeDirs: [], page: false, keep: false, json: false },
      },
    });
  });

  test("takes the WebUI's flags as they are written, dashes first", () => {
    const parsed = parseCardArgs([
      '--webui-dir',
      'w',
      '--card-mib',
      '6144',
      '--flags',
      '--medvram --opt-sdp-attention',
      '--workspace',
      'none',
      '--json',
    ]);
    expect(parsed).toMatchObject({
      ok: true,
      options: {
        webuiDir: 'w',
        cardMiB: 6144,
        flags: ['--medvram', '--opt-sdp-attention'],
        workspace: 'none',
        json: true,
      },
    });
  });

  test.each([
    ['copies', 'x+w+y'],
    ['x', 'x'],
    ['x+y', 'x+y'],
    ['none', 'none'],
  ])('knows the workspace %s', (name, law) => {
    expect(parseCardArgs(['--workspace', name])).toMatchObject({ ok: true, options: { workspace: law } });
  });

  test.each([
    [['--workspace', 'some'], '--workspace'],
    [['--family', 'sd3'], '--family'],
    [['--engines', 'new'], '--engines'],
    [['--card-mib', '512'], '--card-mib'],
    [['--settings', 'many'], '--settings'],
    [['--near-edge', '-1'], '--near-edge'],
    [['--flags'], '--flags'],
    [['somewhere'], 'somewhere'],
  ])('refuses %j and says why', (args, named) => {
    const parsed = parseCardArgs(args);
    expect(parsed.ok ? '' : parsed.message).toContain(named);
  });
});
