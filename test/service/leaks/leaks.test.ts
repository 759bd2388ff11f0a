import { describe, expect, test } from '@jest/globals';
import { delays, falseAlarms } from '../../../benchmarks/leaks/judge.ts';
import { NOISES } from '../../../benchmarks/leaks/sequences.ts';
import { leaksOf } from '../../../service/leaks/leaks.ts';
import type { IdleSample } from '../../../service/leaks/sample.ts';

const SETTINGS = { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null } as const;

type Given = Partial<Omit<IdleSample, 'held'>> & Partial<IdleSample['held']>;

/** Runs one after another, and what was held after each. */
function samples(runs: readonly Given[]): IdleSample[] {
  return runs.map(({ torch = null, context = null, beside = null, ram = null, ...rest }, at) => ({
    startedAtMs: 1000 * at,
    loaded: 'a',
    settings: SETTINGS,
    extras: [],
    outcome: 'ok',
    ...rest,
    held: { torch, context, beside, ram },
  }));
}

const times = <T>(n: number, make: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at));

describe('a leak of 10 MiB a run', () => {
  const told = leaksOf(
    samples([...times(6, () => ({ torch: 2084.68 })), ...times(9, (at) => ({ torch: 2094.68 + 10 * at }))]),
    null,
  );

  test('is told with what grows, by how much a run, in all, and since when', () => {
    expect(told).toEqual([
      { growing: 'torch', perRunMiB: 10, grownMiB: 90, runs: 9, sinceMs: 6000, suspect: null, allocator: null },
    ]);
  });

  test('is found within ten runs in the noise that real runs show, and no session of a hundred without one has an alarm', () => {
    const noise = NOISES['as recorded before real runs'];
    if (noise === undefined) throw new Error('no such noise');
    expect(falseAlarms(noise, 20)).toBe(0);
    expect(delays(noise, 10, 20)).toMatchObject({ withinTen: 20, missed: 0 });
  });
});

describe('no leak is', () => {
  const none = (runs: readonly Given[]): void => expect(leaksOf(samples(runs), null)).toEqual([]);

  test('memory that stays', () => none(times(100, () => ({ torch: 2084.68, beside: 650, ram: 4000 }))));

  test('one thing after another that is loaded and stays', () =>
    none(times(60, (at) => ({ torch: 2000 + 8.7 * Math.min(at, 1) + (at > 20 ? 700 : 0) + (at > 40 ? 300 : 0) }))));

  test('another checkpoint, larger each time', () =>
    none(times(40, (at) => ({ loaded: `checkpoint ${Math.floor(at / 2)}`, torch: 2000 + 50 * Math.floor(at / 2) }))));

  test('what fills up and settles', () => none(times(60, (at) => ({ ram: 4000 + 500 * (1 - 0.7 ** at) }))));

  test('RAM that each larger run touches, and keeps', () =>
    none(times(30, (at) => ({ ram: 4000 + 100 * at, settings: { ...SETTINGS, width: 512 + 64 * at } }))));

  test('growth that is given back', () => none(times(60, (at) => ({ torch: 2000 + 40 * (at % 4) }))));

  test('what failed runs of A1111 keep until Python collects it: that is told apart, at the first of them', () => {
    // Allocated beyond 2076.48 MiB after each of twelve errors through its API, on a card of 4 GiB.
    const leftMiB = [1135, 1323, 1417, 1448, 1464, 1496, 1135, 1322, 1416, 1448, 1464, 1496];
    const kept = leftMiB.map((left) => ({ torch: 2076.48 + left, outcome: 'oom' as const }));
    none([...times(6, () => ({ torch: 2077.39 })), ...kept]);
  });

  test('what was not read', () => none(times(30, () => ({}))));
});

describe('what changed', () => {
  const lora = ['lora: 1'];

  test('is the run that alone leaks, between others that do not', () => {
    const leaky = times(40, (at) => ({
      extras: at % 4 === 0 ? ['lora: 2'] : [],
      torch: 2000 + 10 * Math.floor(at / 4 + 1),
    }));
    expect(leaksOf(samples(leaky), null)).toMatchObject([
      { perRunMiB: 10, suspect: { how: 'with', circumstance: { code: 'extra', extra: 'lora' } } },
    ]);
  });

  test('is an out-of-memory error whose tensors were kept', () => {
    const kept = times(30, (at) => ({
      outcome: at % 3 === 2 ? ('oom' as const) : ('ok' as const),
      torch: 2000 + 300 * Math.floor((at + 1) / 3),
    }));
    expect(leaksOf(samples(kept), null)).toMatchObject([
      { growing: 'torch', suspect: { how: 'with', circumstance: { code: 'out-of-memory' } } },
    ]);
  });

  test('is a switch of checkpoints, seen when the first one is back', () => {
    const switched = times(40, (at) => ({
      loaded: at % 4 < 2 ? 'a' : 'b',
      ram: 4000 + (at % 4 < 2 ? 0 : 900) + 25 * Math.floor(at / 4),
    }));
    expect(leaksOf(samples(switched), 'system')).toMatchObject([
      { growing: 'ram', suspect: { how: 'with', circumstance: { code: 'checkpoint' } }, allocator: 'system' },
    ]);
  });

  test('is what came with the run at which it began', () => {
    const since = [
      ...times(10, () => ({ torch: 2000 })),
      { torch: 2600, extras: lora },
      ...times(9, (at) => ({ torch: 2610 + 10 * at, extras: lora })),
    ];
    expect(leaksOf(samples(since), null)).toMatchObject([
      { suspect: { circumstance: { code: 'extra', extra: 'lora' } } },
    ]);
  });
});

describe('what grows beside torch', () => {
  const grown = (context: (at: number) => number | null) =>
    leaksOf(
      samples(times(30, (at) => ({ torch: 2000, beside: 600 + 12 * Math.max(0, at - 10), context: context(at) }))),
      null,
    ).map(({ growing }) => growing);

  test('is the WebUI’s context where the driver says that it grew', () => {
    expect(grown((at) => 400 + 12 * Math.max(0, at - 10))).toEqual(['context']);
  });

  test('is another program’s where it did not', () => {
    expect(grown(() => 400)).toEqual(['others']);
  });

  test('is not told apart where the driver does not say', () => {
    expect(grown(() => null)).toEqual(['beside']);
  });

  test('is others’ where the WebUI computes on the CPU: its own RAM is told apart', () => {
    const grown = samples(times(20, (at) => ({ beside: 6000 + 12 * at, ram: 4000 })));
    expect(leaksOf(grown, null)).toMatchObject([{ growing: 'others' }]);
  });
});
