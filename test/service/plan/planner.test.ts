import { describe, expect, test } from '@jest/globals';
import { estimate } from '../../../service/estimate/estimate.ts';
import { fit } from '../../../service/model/fit.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import { isAsLarge } from '../../../service/model/geometry.ts';
import { neededMiB } from '../../../service/model/replay/needed.ts';
import { activePeakMiB as activeMiB, reservedPeakMiB as reservedMiB } from '../../../service/model/replay/peaks.ts';
import type { Observation } from '../../../service/model/types.ts';
import { planNext, type PlannedRun, type PlanOptions } from '../../../service/plan/planner.ts';
import { planSize } from '../../../service/plan/size.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { observe, observeByPhase, SD15_LIKE, TRAITS, truth } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';
import { OPTIONS } from './examples.ts';

type See = (next: PlannedRun) => Observation;
const byPlanes: See = (next) => observe(SD15_LIKE, next);
const byPhase: See = (next) => observeByPhase(SD15_LIKE, next);
const withoutCounters: See = (next) => ({ ...byPlanes(next), activePeakMiB: null, phases: null });

/** Benchmarks that were run already: each takes seconds, and several tests look at the same one. */
const done = new Map<See, Map<string, readonly Observation[]>>();

function runAll(options: PlanOptions, see: See = byPlanes): readonly Observation[] {
  const ofThese = done.get(see) ?? new Map<string, readonly Observation[]>();
  done.set(see, ofThese);
  const name = JSON.stringify(options);
  const known = ofThese.get(name);
  if (known !== undefined) return known;
  const runs: Observation[] = [];
  for (let next = planNext(options, runs); next !== null; next = planNext(options, runs)) runs.push(see(next));
  ofThese.set(name, runs);
  return runs;
}

/** A card on which the networks do just as they are replayed. */
function asReplayed(networks: Networks, staticMiB: number, { settings, capMiB }: PlannedRun): Observation {
  const { needMiB } = neededMiB(networks, settings, { pictures: 1, roomMiB: null });
  const activePeakMiB = capMiB === null ? staticMiB + activeMiB(networks, settings, null) : null;
  const reservedPeakMiB = capMiB === null ? staticMiB + reservedMiB(networks, settings, null) : null;
  const outcome = capMiB !== null && capMiB < staticMiB + needMiB ? 'oom' : 'ok';
  return {
    settings,
    capMiB,
    roomMiB: null,
    outcome,
    activePeakMiB,
    reservedPeakMiB,
    phases: null,
    allocRetries: null,
    idleSlackMiB: null,
    heldMiB: null,
  };
}

const REACHABLE: PlanOptions = { ...OPTIONS, maxSizePx: 1024, maxBatchSize: 4 };

describe('planner', () => {
  test.each([
    ['quick', 10],
    ['default', 24],
    ['thorough', 48],
  ] as const)('a %s benchmark takes %d runs', (budget, size) => {
    const options = { ...REACHABLE, budget };
    expect(planSize(options)).toBe(size);
    expect(runAll(options, byPhase)).toHaveLength(size);
  });

  test('an interrupted benchmark goes on with the run that it would have made', () => {
    const runs = runAll(OPTIONS);
    for (const done of [0, 1, 7, 15, 23]) {
      const next = planNext(OPTIONS, runs.slice(0, done));
      expect(next?.settings).toEqual(runs[done]?.settings);
      expect(next?.capMiB).toEqual(runs[done]?.capMiB);
    }
  });

  test('nothing larger than the sliders allow is planned, and only the operations asked for', () => {
    const limits = { maxSizePx: 640, maxBatchSize: 2, operations: ['txt2img', 'img2img'] } as const;
    for (const run of runAll({ ...OPTIONS, ...limits, budget: 'quick' })) {
      expect(Math.max(run.settings.width, run.settings.height)).toBeLessThanOrEqual(640);
      expect(run.settings.batchSize).toBeLessThanOrEqual(2);
      expect(['txt2img', 'img2img']).toContain(run.settings.operation);
    }
  });

  test.each(OPERATIONS)(
    'the smallest size that the form offers still calibrates %s, by a quick benchmark',
    (operation) => {
      const least = { maxSizePx: 256, maxBatchSize: 2, operations: [operation], budget: 'quick' } as const;
      expect(fit(runAll({ ...OPTIONS, ...least }), TRAITS).ok).toBe(true);
    },
  );

  test.each([256, 512, 1024])(
    'a largest batch of 1 calibrates a host without counters up to %d px, with two small pictures at once at the most',
    (maxSizePx) => {
      const runs = runAll({ ...OPTIONS, maxSizePx, maxBatchSize: 1, budget: 'quick' }, withoutCounters);
      expect(fit(runs, TRAITS).ok).toBe(true);
      for (const { settings } of runs.filter((run) => run.settings.batchSize > 1)) {
        expect(settings.batchSize).toBe(2);
        expect(2 * Math.max(settings.width, settings.height, settings.hires?.width ?? 0)).toBeLessThanOrEqual(
          maxSizePx,
        );
      }
    },
  );

  test.each([
    ['quick', 8],
    ['default', 4],
  ] as const)(
    'every operation is run without a cap in a %s benchmark with batches of up to %d, though another may teach more',
    (budget, maxBatchSize) => {
      const uncapped = runAll({ ...OPTIONS, budget, maxBatchSize }).filter((run) => run.capMiB === null);
      expect(new Set(uncapped.map((run) => run.settings.operation))).toEqual(new Set(OPERATIONS));
    },
  );

  test.each([
    ['quick', 1],
    ['default', 2],
    ['thorough', 4],
  ] as const)(
    'each of four operations gets its share of a %s benchmark: %d uncapped runs at least',
    (budget, least) => {
      const operations = OPERATIONS.slice(0, 4);
      const uncapped = runAll({ ...REACHABLE, budget, operations }, byPhase).filter((run) => run.capMiB === null);
      for (const operation of operations)
        expect(uncapped.filter(({ settings }) => settings.operation === operation).length).toBeGreaterThanOrEqual(
          least,
        );
    },
  );

  const LARGEST = { operation: 'txt2img', width: 1024, height: 1024, batchSize: 4, hires: null } as const;
  const fitOf = (runs: readonly Observation[]) => {
    const result = fit(runs, TRAITS);
    if (!result.ok) throw new Error(result.reason);
    return result.value;
  };

  test.each([
    ['quick', 1],
    ['default', 1],
    ['default', 2],
    ['default', 3],
  ] as const)(
    'a %s benchmark (seed %d) reaches the largest picture with the largest batch that were asked for',
    (budget, seed) => {
      const runs = runAll({ ...REACHABLE, limitMiB: 7500, budget, seed });
      expect(estimate(fitOf(runs), LARGEST)).toMatchObject({ basis: 'inside' });
    },
  );

  test('where the largest would not fit, the largest that is safe is run, and the largest picture with a smaller batch', () => {
    const limitMiB = 4600;
    const { domain } = fitOf(runAll({ ...REACHABLE, limitMiB }));
    expect(truth(SD15_LIKE, LARGEST).needMiB).toBeGreaterThan(limitMiB);
    expect(domain.maxAreaPx).toBe(1024 * 1024);
    expect(domain.maxWorkPx).toBeGreaterThanOrEqual(2 * 1024 * 1024);
  });

  test('without caps a benchmark makes as many runs, all of them without one', () => {
    const runs = runAll({ ...OPTIONS, caps: false, budget: 'quick' });
    expect(runs).toHaveLength(10);
    expect(runs.every(({ capMiB }) => capMiB === null)).toBe(true);
  });

  test('some runs are made under a cap', () => {
    const runs = runAll(OPTIONS);
    expect(runs.filter((run) => run.capMiB !== null).length).toBeGreaterThan(4);
  });

  test('a replay that leaves nothing open is checked under caps all the same, and then tells what is required', () => {
    const networks: Networks = { ...SD15, shape: 'sdxl', evaluated: 1, encode: 'half' };
    const options: PlanOptions = { ...OPTIONS, traits: { ...TRAITS, staticMiB: 7146, condUncondBatched: false } };
    const runs = runAll(options, (next) => asReplayed(networks, 7146, next));
    expect(runs.filter((run) => run.capMiB !== null).length).toBeGreaterThanOrEqual(4);
    expect(fit(runs, options.traits)).toMatchObject({ value: { replay: { tellsNeed: true } } });
  });

  test('a large batch of an operation other than txt2img is among the first eight runs', () => {
    const early = runAll(OPTIONS).slice(0, 8);
    expect(
      early.some((run) => run.capMiB === null && run.settings.operation !== 'txt2img' && run.settings.batchSize >= 6),
    ).toBe(true);
  });

  test('a cap lies between the active and the reserved peak of the same settings, so that its answer is open', () => {
    const capped = runAll(OPTIONS).filter((run) => run.capMiB !== null);
    for (const run of capped) {
      const { activeMiB, reservedMiB } = truth(SD15_LIKE, run.settings);
      expect(run.capMiB).toBeGreaterThan(activeMiB - 1);
      expect(run.capMiB).toBeLessThan(reservedMiB + 1);
    }
  });

  test('no uncapped run is planned that needs more than fits', () => {
    const limitMiB = 5000;
    const uncapped = runAll({ ...OPTIONS, limitMiB }).filter((run) => run.capMiB === null);
    expect(uncapped.length).toBeGreaterThan(4);
    for (const run of uncapped) expect(truth(SD15_LIKE, run.settings).needMiB).toBeLessThanOrEqual(limitMiB);
  });

  test('a host without counters is never asked for a run under a cap', () => {
    const runs = runAll(OPTIONS, (next) => ({ ...byPlanes(next), activePeakMiB: null }));
    expect(runs.every(({ capMiB }) => capMiB === null)).toBe(true);
    expect(runs.length).toBeGreaterThan(10);
  });

  test('larger settings of an operation that ran out of memory are not tried again, nor what surely needs as much', () => {
    const runs: Observation[] = [];
    for (let next = planNext(OPTIONS, runs); next !== null; next = planNext(OPTIONS, runs)) {
      const seen = observe(SD15_LIKE, next);
      const failed = next.capMiB === null && (seen.activePeakMiB ?? 0) > 4000;
      if (failed) {
        const again = runs.some(
          (run) =>
            run.outcome === 'oom' &&
            run.capMiB === null &&
            run.settings.operation === next.settings.operation &&
            run.settings.batchSize <= next.settings.batchSize &&
            run.settings.width <= next.settings.width,
        );
        expect(again).toBe(false);
      }
      const ranOut = runs.filter(({ outcome, capMiB }) => outcome === 'oom' && capMiB === null);
      if (next.capMiB === null) expect(ranOut.filter(({ settings }) => isAsLarge(next.settings, settings))).toEqual([]);
      runs.push(failed ? { ...seen, outcome: 'oom', activePeakMiB: 4000, reservedPeakMiB: 4000 } : seen);
    }
    expect(runs.length).toBeGreaterThan(10);
  });
});
