import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../service/base/result.ts';
import { readArgs } from '../../service/cli/args.ts';
import { mistakeInWords } from '../../service/words/index.ts';
import { ROOT } from '../node24.mjs';

/** Sizes of the simulated cards there are, in GB. */
const CARDS_GB = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'test/simulated_card/cards.json'), 'utf8')) as object,
).map(Number);

export const HELP = `npm run demo -- [--card GB] [--port PORT] [--once [--json] [--seed N]]

  --card GB    size of the simulated card: one of ${CARDS_GB.join(', ')} (default: 8)
  --port PORT  port on 127.0.0.1 (default: any free one)
  --once       benchmark, then ten fresh settings, then end
  --json       with --once: one JSON object on stdout instead of a table (npm's own lines stay away with npm run --silent)
  --seed N     with --once: which settings (default: other ones each time)
`;

export interface DemoOptions {
  readonly help: boolean;
  readonly cardGb: number;
  /** 0 for any. */
  readonly port: number;
  readonly once: boolean;
  readonly json: boolean;
  /** Null where none was given. */
  readonly seed: number | null;
}

export function readDemoArgs(args: readonly string[]): Result<DemoOptions, string> {
  const parsed = readArgs(args, { card: 'GB', port: 'PORT', once: null, json: null, seed: 'N', help: null });
  if (!parsed.ok) return { ok: false, reason: mistakeInWords(parsed.reason) };
  const { text, flag } = parsed.value;
  const cardGb = wholeNumber(text('card') ?? '8');
  if (cardGb === null || !CARDS_GB.includes(cardGb))
    return {
      ok: false,
      reason: `there is no simulated card of ${text('card')} GB; choose one of ${CARDS_GB.join(', ')}.`,
    };
  const port = wholeNumber(text('port') ?? '0');
  if (port === null || port > 65_535) return { ok: false, reason: '--port must be a whole number up to 65535.' };
  const seed = text('seed');
  if (seed !== null && wholeNumber(seed) === null) return { ok: false, reason: '--seed must be a whole number.' };
  if (!flag('once') && (flag('json') || seed !== null))
    return { ok: false, reason: `${flag('json') ? '--json' : '--seed'} goes with --once.` };
  return {
    ok: true,
    value: {
      help: flag('help'),
      cardGb,
      port,
      once: flag('once'),
      json: flag('json'),
      seed: seed === null ? null : Number(seed),
    },
  };
}

function wholeNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
