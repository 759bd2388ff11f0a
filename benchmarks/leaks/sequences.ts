/** Sessions of like runs as the leak watch sees them: the noise of real runs, and a leak where one is asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import type { IdleSample } from '../../service/leaks/sample.ts';
import { hashUnit } from '../../service/plan/random.ts';
import { runSchema } from '../../service/recorder/run.ts';

/** How far off its own level a figure is after one run and the next, MiB; `at` counts runs from 0. */
export type Noise = (random: () => number, at: number) => number;

export interface Sequence {
  readonly figure: 'torch' | 'beside' | 'ram';
  readonly runs: number;
  /** The first run that leaks; null for none. */
  readonly leaksFrom: number | null;
  readonly perRunMiB: number;
  /** Each so many runs one leaks. */
  readonly each: number;
}

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'exports');
const EXPORTS = ['doggettx-benchmark.ndjson', 'ordinary-out-of-memory.ndjson'];
const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;

/** What was not torch's before each run, off its median: of real WebUIs on two cards. */
function recordedMiB(): number[] {
  return EXPORTS.flatMap((file) => {
    const lines = readFileSync(join(FIXTURES, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"run"'));
    const others = lines.flatMap((line) => {
      const { run } = JSON.parse(line) as { run: unknown };
      return runSchema.parse(run).baseline.otherMiB ?? [];
    });
    const level = median(others);
    return others.map((mib) => mib - level);
  });
}

const RECORDED_MIB = recordedMiB();

export const NOISES: Readonly<Record<string, () => Noise>> = {
  'as recorded before real runs': () => (random) => RECORDED_MIB[Math.floor(random() * RECORDED_MIB.length)] ?? 0,
  'the same, three times as large': () => (random) =>
    3 * (RECORDED_MIB[Math.floor(random() * RECORDED_MIB.length)] ?? 0),
  'readings that move by 2 MiB (normal)': () => (random) => 2 * normal(random),
  'a level that wanders by 5 MiB a run': () => wandering((random) => 5 * normal(random)),
  'a level that wanders by 25 MiB a run': () => wandering((random) => 25 * normal(random)),
  'a browser: one run in five a jump of up to 100 MiB': () =>
    wandering((random) => (random() < 0.2 ? 200 * (random() - 0.5) : 0)),
  'a heap that fills: 400 MiB, half as much each 3 runs': () => (random, at) =>
    400 * (1 - 0.5 ** (at / 3)) + 3 * normal(random),
  'what loads and stays: four steps of 50 to 400 MiB': () => {
    let places: readonly { readonly at: number; readonly mib: number }[] | null = null;
    return (random, at) => {
      places ??= Array.from({ length: 4 }, () => ({ at: Math.floor(random() * 60), mib: 50 + 350 * random() }));
      return places.reduce((sum, place) => sum + (place.at <= at ? place.mib : 0), 2 * normal(random));
    };
  },
};

function wandering(step: (random: () => number) => number): Noise {
  let level = 0;
  return (random) => {
    level += step(random);
    return level;
  };
}

/** By Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function session(
  { figure, runs, leaksFrom, perRunMiB, each }: Sequence,
  noise: Noise,
  seed: number,
): IdleSample[] {
  let drawn = 0;
  const random = (): number => hashUnit(seed, `leak ${drawn++}`);
  return Array.from({ length: runs }, (_, at) => {
    const leaked = leaksFrom === null || at < leaksFrom ? 0 : Math.floor((at - leaksFrom) / each) + 1;
    const mib = Math.round(100 * (2000 + noise(random, at) + perRunMiB * leaked)) / 100;
    const held = { torch: null, context: null, beside: null, ram: null, [figure]: mib };
    return { startedAtMs: at, loaded: 'a', settings: SETTINGS, extras: [], outcome: 'ok' as const, held };
  });
}
