import { describe, expect, test } from '@jest/globals';
import { parseLiveArgs } from '../live/args.ts';

describe('the command line of test:live', () => {
  test('needs nothing, and then names no WebUI', () => {
    expect(parseLiveArgs([])).toEqual({
      ok: true,
      options: {
        webuiDir: null,
        python: null,
        device: 'auto',
        seed: null,
        screenshotsDir: null,
        keep: false,
        json: false,
      },
    });
  });

  test('takes all options', () => {
    const parsed = parseLiveArgs([
      '--webui-dir',
      'w',
      '--python',
      'p',
      '--device',
      'cuda',
      '--seed',
      '7',
      '--screenshots',
      's',
      '--keep',
      '--json',
    ]);
    expect(parsed).toEqual({
      ok: true,
      options: { webuiDir: 'w', python: 'p', device: 'cuda', seed: 7, screenshotsDir: 's', keep: true, json: true },
    });
  });

  test.each([
    [['--device', 'tpu'], '--device'],
    [['--seed', '-1'], '--seed'],
    [['--seed', 'x'], '--seed'],
    [['--webui'], '--webui'],
    [['somewhere'], 'somewhere'],
  ])('refuses %j and says why', (args, named) => {
    const parsed = parseLiveArgs(args);
    expect(parsed.ok ? '' : parsed.message).toContain(named);
  });
});
