/** Entry of the sidecar and of the `headroom` command line. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { collectWhenGrown, ownHeap } from './cli/collector.ts';
import { defaultDataDir, tellOfSeveral } from './cli/data-dir.ts';
import { runningWebuis } from './cli/running-webui.ts';
import { personHere, printable, withoutPerson } from './cli/discreet.ts';
import { endWith } from './cli/ending.ts';
import { tooOldNode } from './cli/node-version.ts';
import { isAlive, keepDebuggersOut, onSignal } from './cli/process.ts';
import { driverMaySpill } from './cli/spilling.ts';
import { systemClock } from './base/system-clock.ts';
import { unprintableInWords } from './words/index.ts';
import { absoluteSearchPath } from './memory/sources/search-path.ts';
import { lookOf } from './cli/look.ts';
import type { CliWorld, ServeRequest } from './cli/world.ts';

// Who reads this may be killed first: what is still to be stored must not be cut short by that.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`headroom: ${unprintableInWords(error.message)}\n`);
  process.exitCode = 1;
});

const person = personHere();
const io = {
  out: (text: string) => void process.stdout.write(text),
  taken: stdoutTaken,
  err: (text: string) => void process.stderr.write(printable(withoutPerson(text, person))),
  look: lookOf(process.stdout, process.env),
  progressTerminal: process.stderr.isTTY
    ? { columns: process.stderr.columns || 80, write: (text: string) => void process.stderr.write(text) }
    : null,
  env: process.env,
  ownEnv: { ...process.env },
  driverMaySpill: () => driverMaySpill(process.platform),
};

function stdoutTaken(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (!stdout.writableNeedDrain || stdout.destroyed) return resolve();
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stdout.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stdout.once(event, done);
  });
}

/** Beside dist/ in an installed extension, beside service/ in a checkout. */
function pageScript(name: string): string | null {
  try {
    return readFileSync(join(import.meta.dirname, '..', 'javascript', name), 'utf8');
  } catch {
    return null;
  }
}

async function serveHere(options: ServeRequest): Promise<number> {
  keepDebuggersOut();
  const heap = ownHeap();
  const collecting = heap === null ? null : collectWhenGrown(heap, systemClock);
  const { serve } = await import('./cli/serve.ts');
  const { createSampler } = await import('./memory/sources/registry.ts');
  const { runCommand } = await import('./memory/sources/command.ts');
  const { processInRamReader } = await import('./memory/ram/process.ts');
  const { machineRamReader } = await import('./memory/ram/machine.ts');
  const { processMemoryReader } = await import('./memory/sources/process/sampler.ts');
  const { nvidiaSmi } = options;
  try {
    return await serve(options, {
      ...io,
      stdin: process.stdin,
      pid: process.pid,
      clock: systemClock,
      createSampler: (choice) =>
        createSampler(choice, {
          clock: systemClock,
          runCommand,
          nvidiaSmi,
          platform: process.platform,
          env: process.env,
        }),
      readRam: {
        process: processInRamReader(processMemoryReader(process.platform, systemClock, runCommand)),
        machine: machineRamReader(process.platform, systemClock, runCommand),
      },
      isAlive,
      onSignal,
      pageScript,
      forOwnPage: () => import('./cli/cli.ts'),
    });
  } finally {
    collecting?.stop();
  }
}

async function runHere(): Promise<number> {
  Object.assign(process.env, absoluteSearchPath(process.env, process.platform));
  const [verb, ...rest] = process.argv.slice(2);
  const tell = tellOfSeveral(io.err);
  const world: CliWorld = {
    ...io,
    nowMs: () => systemClock.nowMs(),
    stdin: {
      isTerminal: process.stdin.isTTY,
      pieces: () => process.stdin.setEncoding('utf8') as AsyncIterable<string>,
    },
    defaultDataDir: () =>
      defaultDataDir({ platform: process.platform, home: homedir(), env: process.env }, runningWebuis, tell),
    serve: serveHere,
  };
  // The sidecar lives as long as the WebUI, beside it: what only a terminal needs is not loaded with it.
  if (verb === 'serve' && !rest.includes('--help') && !rest.includes('-h')) {
    const { keepHeapSmall } = await import('./cli/small-heap.ts');
    keepHeapSmall();
    const { serveCommand } = await import('./cli/commands/serve.ts');
    return serveCommand(rest, world);
  }
  const { runCli } = await import('./cli/cli.ts');
  return runCli(process.argv.slice(2), world);
}

const problem = tooOldNode(process.versions.node);
// Not by `io`: what makes its lines discreet may be newer than this Node.js.
if (problem !== null) process.stderr.write(`headroom: ${problem}\n`);
endWith(problem === null ? await runHere() : 2);
