/**
 * `npm run demo`: the stand-in WebUI with a simulated 8 GB card and the real extension. `-- --once --json` does the main
 * job without a browser: benchmark, fit, ten fresh settings, what was estimated against what the simulated card showed.
 */
import { parseArgs } from 'node:util';
import { runOnce } from './demo/once.ts';
import { startStandIn } from './stand-in.ts';

const HELP = `npm run demo -- [--card GB] [--port PORT] [--once [--json] [--seed N]]

  --card GB    size of the simulated card: 4, 6, 8 (default), 10, 12, 16 or 24
  --port PORT  port on 127.0.0.1 (default: any free one)
  --once       benchmark, then ten fresh settings, then end
  --json       with --once: one JSON object on stdout instead of a table
  --seed N     with --once: which settings (default: other ones each time)
`;

const CARDS_GB = [4, 6, 8, 10, 12, 16, 24];

const say = (text: string): void => void process.stderr.write(`[demo] ${text}\n`);

/** 128 and the number of SIGINT, as a shell tells it. */
const INTERRUPTED = 130;

async function main(asked: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      card: { type: 'string', default: '8' },
      port: { type: 'string' },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const port = Number(values.port ?? 0);
  if (!CARDS_GB.includes(Number(values.card))) throw new Error(`there is no simulated card of ${values.card} GB; choose one of ${CARDS_GB.join(', ')}`);
  say(`starting the stand-in WebUI with a simulated ${values.card} GB card ...`);
  const standIn = await startStandIn({ cardGb: Number(values.card), port, onLine: (line) => process.stderr.write(`        ${line}\n`), signal: asked });
  const stopped = new Promise<number>((resolve) => asked.addEventListener('abort', () => resolve(INTERRUPTED)));
  try {
    if (values.once) return await Promise.race([runOnce(standIn, { json: values.json, seed: Number(values.seed ?? Date.now()) }, say), stopped]);
    process.stdout.write(`\nOpen ${standIn.url} in a browser: tab Headroom, Run Benchmark; then move a slider on txt2img.\nCtrl-C ends.\n`);
    await stopped;
    return 0;
  } finally {
    await standIn.stop();
  }
}

// Ctrl-C comes more than once: from the terminal, and from whoever started this and hands it on.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

const exitCode = await main(ending.signal).catch((error: unknown) => {
  if (ending.signal.aborted) return INTERRUPTED;
  // Wrong arguments and a WebUI that does not start are told in words; both end with 1.
  say(error instanceof Error ? error.message : String(error));
  return 1;
});
// What --once was waiting for when it was interrupted must not keep the process.
process.stdout.write('', () => process.exit(exitCode));
