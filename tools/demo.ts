/**
 * `npm run demo`: the stand-in WebUI with a simulated 8 GB card and the real extension. `-- --once --json` does the
 * main job without a browser: benchmark, fit, ten fresh settings, what was estimated against what the simulated card
 * showed.
 */
import { join } from 'node:path';
import { endWith } from '../service/cli/ending.ts';
import { HELP, readDemoArgs, type DemoOptions } from './demo/args.ts';
import { runOnce } from './demo/once.ts';
import { ROOT } from './node24.mjs';
import { startStandIn } from './stand-in.ts';

const say = (text: string): void => void process.stderr.write(`[demo] ${text}\n`);

/** How the command line is used on the simulated card: it has its own nvidia-smi, and its own folder of runs. */
function besideIt(dataDir: string): string {
  const smi = join(ROOT, 'test/simulated_card/bin/nvidia-smi');
  const variables = `HEADROOM_SIM_STATE=${join(dataDir, 'simulated-card.json')} HEADROOM_DATA_DIR=${join(dataDir, 'headroom')}`;
  const command = `node ${join(ROOT, 'tools/run.mjs')} ${join(ROOT, 'service/main.ts')}`;
  return `Until it ends, in another terminal (the same for doctor; estimate, max and export without --nvidia-smi):\n  ${variables} ${command} top --nvidia-smi ${smi}\n`;
}

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
      `\nOpen ${standIn.url} in a browser: tab Headroom, Run Benchmark; then move a slider on txt2img.\n${besideIt(standIn.dataDir)}Ctrl-C ends.\n`,
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
