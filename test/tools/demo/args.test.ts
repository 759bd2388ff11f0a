import { expect, test } from '@jest/globals';
import { readDemoArgs } from '../../../tools/demo/args.ts';

test('without arguments the demo has an 8 GB card, any free port and a page', () => {
  expect(readDemoArgs([])).toEqual({
    ok: true,
    value: { help: false, cardGb: 8, port: 0, once: false, json: false, seed: null },
  });
});

test('all can be chosen', () => {
  expect(readDemoArgs(['--card', '24', '--port', '7860', '--once', '--json', '--seed', '7'])).toEqual({
    ok: true,
    value: { help: false, cardGb: 24, port: 7860, once: true, json: true, seed: 7 },
  });
});

test.each<[string[], string]>([
  [['--card', '5'], 'no simulated card of 5 GB; choose one of 4, 6, 8, 10, 12, 16, 24'],
  [['--port', 'any'], '--port must be'],
  [['--port', '99999'], '--port must be'],
  [['--seed', 'x', '--once'], '--seed must be'],
  [['--json'], '--json goes with --once'],
  [['--seed', '7'], '--seed goes with --once'],
  [['--bogus'], 'there is no option "--bogus"'],
  [['now'], 'unexpected "now"'],
])('%j is refused in words', (args, words) => {
  expect(readDemoArgs(args)).toEqual({ ok: false, reason: expect.stringContaining(words) });
});
