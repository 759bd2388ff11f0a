/** Entry of the sidecar and of the `headroom` command line. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './cli/cli.ts';
import { collectWhenGrown, ownHeap } from './cli/collector.ts';
import { defaultDataDir } from './cli/data-dir.ts';
import { personHere, printable, withoutPerson } from './cli/discreet.ts';
import { tooOldNode } from './cli/node-version.ts';
import { isAlive, keepDebuggersOut, onSignal } from './cli/process.ts';
import { driverMaySpill } from './cli/spilling.ts';
import { keepHeapSmall } from './cli/small-heap.ts';
import { systemClock } from './cli/clock.ts';
import { absoluteSearchPath } from './sampler/search-path.ts';

const problem = tooOldNode(process.versions.node);
if (problem !== null) {
  process.stderr.write(`headroom: ${problem}\n`);
  process.exit(2);
}

keepHeapSmall();
Object.assign(process.env, absoluteSearchPath(process.env, process.platform));

// Who reads this may be killed first: what is still to be stored must not be cut short by that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const person = personHere();
const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(printable(withoutPerson(text, person))),
  env: process.env,
  driverMaySpill: () => driverMaySpill(process.platform),
};

/** Beside dist/ in an installed extension, beside service/ in a checkout. */
function pageScript(): string | null {
  try {
    return readFileSync(join(import.meta.dirname, '..', 'javascript', 'headroom.js'), 'utf8');
  } catch {
    return null;
  }
}

const exitCode = await runCli(process.argv.slice(2), {
  ...io,
  nowMs: () => systemClock.nowMs(),
  defaultDataDir: () => defaultDataDir({ platform: process.platform, home: homedir(), env: process.env }),
  serve: async (options) => {
    keepDebuggersOut();
    const heap = ownHeap();
    if (heap !== null) collectWhenGrown(heap, systemClock);
    const { serve } = await import('./cli/serve.ts');
    const { createSampler } = await import('./cli/samplers.ts');
    return serve(options, {
      ...io,
      stdin: process.stdin,
      pid: process.pid,
      clock: systemClock,
      createSampler: (choice) => createSampler(choice, { clock: systemClock, nvidiaSmi: options.nvidiaSmi, platform: process.platform, env: process.env }),
      isAlive,
      onSignal,
      pageScript,
    });
  },
});
process.stdout.write('', () => process.exit(exitCode));
