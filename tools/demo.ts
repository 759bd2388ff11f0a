/**
 * `npm run demo`: the stand-in WebUI with a simulated 8 GB card and the real extension. `-- --once --json` does the
 * main job without a browser: benchmark, fit, ten fresh settings, what was estimated against what the simulated card
 * showed.
 */
import { join } from 'node:path';
import { endWith } from '../service/cli/ending.ts';
import { HELP, readDemoArgs, type DemoOptions } from './demo/args.ts';
import { runOnce } from './demo/once.ts';
import { startStandIn } from './stand-in.ts';

const say = (text: string): void => void process.stderr.write(`[demo] ${text}\n`);

/** 128 and the number of SIGINT, as a shell tells it. */
const INTERRUPTED = 130;

async function show({ cardGb, port, once, json, seed }: DemoOptions, asked: AbortSignal): Promise<number> {
  say(`starting the stand-in WebUI with a simulated ${cardGb} GB card ...`);
  const standIn = await startStandIn({
    cardGb,
    port,
    onLine: (line) => process.stderr.write(`        ${line}\n`),
    signal: asked,
  });
  const stopped = new Promise<number>((resolve) => asked.addEventListener('abort', () => resolve(INTERRUPTED)));
  try {
    if (once) return await Promise.race([runOnce(standIn, { json, seed: seed ?? Date.now() }, say), stopped]);
    process.stdout.write(
      `\nOpen ${standIn.url} in a browser: tab Headroom, Run Benchmark; then move a slider on txt2img.\nUntil it ends, its runs lie in ${join(standIn.dataDir, 'headroom')} (--data-dir of estimate, export and doctor).\nCtrl-C ends.\n`,
    );
    await stopped;
    return 0;
  } finally {
    await standIn.stop();
  }
}

async function main(asked: AbortSignal): Promise<number> {
  const args = readDemoArgs(process.argv.slice(2));
  if (!args.ok) {
    process.stderr.write(`[demo] ${args.reason}\n${HELP}`);
    return 2;
  }
  if (args.value.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return show(args.value, asked).catch((error: unknown) => {
    if (asked.aborted) return INTERRUPTED;
    // What the stand-in said, which follows in the message, was shown as it came.
    say(error instanceof Error ? (error.message.split(':\n')[0] ?? '') : String(error));
    return 1;
  });
}

// Ctrl-C comes more than once: from the terminal, and from whoever started this and hands it on.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

// What --once was waiting for when it was interrupted does not keep the process for long.
endWith(await main(ending.signal));
