/** Evidence from a real GPU: see README.md beside this file. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PARTS, readOptions, USAGE, type Options, type Part } from './options.ts';
import { generations } from './parts/generations.ts';
import { boundsOf, type Ending, type Work } from './parts/part.ts';
import { required } from './parts/required.ts';
import { shortPeaks } from './parts/short-peaks.ts';
import { smallCards } from './parts/small-cards.ts';
import { smi } from './parts/smi.ts';
import { openRecords } from './records.ts';
import { simulatedEnvironment, startRig } from './rig.ts';

const RUN: Readonly<Record<Part, (work: Work) => Promise<Ending>>> = {
  smi,
  generations,
  required,
  'small-cards': smallCards,
  'short-peaks': shortPeaks,
};
/** A process on the CPU has neither counters nor caps, and nvidia-smi does not see it. */
const WITHOUT_A_CARD: readonly Part[] = ['generations'];

/** The clone that this runs in; packed to one file it is the folder that it is started in. */
function rootOf(): string {
  return (
    [process.cwd(), join(import.meta.dirname, '..', '..')].find((dir) =>
      existsSync(join(dir, 'benchmarks', 'gpu', 'capture.py')),
    ) ?? process.cwd()
  );
}

async function capture(options: Options): Promise<number> {
  const startedMs = performance.now();
  const say = (text: string): void =>
    void process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);
  const isLate = (): boolean => performance.now() - startedMs > options.minutes * 60_000;
  const root = rootOf();
  mkdirSync(options.out, { recursive: true });
  if (options.device === 'simulated') Object.assign(process.env, simulatedEnvironment(options, root));
  const records = openRecords(options.out, options.model);
  const rig = await startRig(options, root);
  const work: Work = { options, root, records, rig, isLate, say };
  const unfinished: Part[] = [];
  try {
    const { ready } = rig.capture;
    const driverVersion = rig.viewer.state()?.driverVersion ?? null;
    const { marked, device, versions, weightsMiB, staticMiB } = ready;
    records.add({
      kind: 'meta',
      model: options.model,
      marked,
      device,
      driverVersion,
      versions,
      weightsMiB,
      staticMiB,
      ...boundsOf(work),
    });
    say(
      `${device.name}, ${options.model}, weights ${JSON.stringify(weightsMiB)}, torch ${versions['torch'] ?? '?'}${marked === null ? '' : `: figures are ${marked}`}`,
    );
    for (const part of PARTS.filter((one) => options.parts.includes(one))) {
      if (options.device === 'cpu' && !WITHOUT_A_CARD.includes(part)) {
        say(`${part}: left out, for want of a card`);
        continue;
      }
      say(`${part} begins`);
      if (isLate() || (await RUN[part](work)) === 'out-of-time') unfinished.push(part);
    }
  } finally {
    await rig.stop();
  }
  say(
    unfinished.length === 0
      ? 'done'
      : `the time is up; to be gone on with, by the same command: ${unfinished.join(', ')}`,
  );
  return 0;
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 2;
  }
  if (options.pack !== null) {
    const { pack } = await import('./pack.ts');
    await pack(resolve(options.pack));
    return 0;
  }
  const absolute = { ...options, out: resolve(options.out) };
  if (!options.publish) return capture(absolute);
  const { publish } = await import('./publish/publish.ts');
  return publish(absolute.out, rootOf());
}

process.exitCode = await main();
