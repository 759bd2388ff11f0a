/** Benchmarks of each budget, run to their end. */
import { describe, expect, test } from '@jest/globals';
import { estimate } from '../../../service/estimate/estimate.ts';
import { fit } from '../../../service/model/fit.ts';
import { isAsLarge } from '../../../service/model/geometry.ts';
import { neededMiB } from '../../../service/model/replay/needed.ts';
import { activePeakMiB as activeMiB, reservedPeakMiB as reservedMiB } from '../../../service/model/replay/peaks.ts';
import type { Observation } from '../../../service/model/types.ts';
import type { Networks } from '../../../service/networks/networks.ts';
import { planNext, type PlannedRun, type PlanOptions } from '../../../service/plan/planner.ts';
import { planSize } from '../../../service/plan/size.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { observe, SD15_LIKE, TRAITS, truth } from '../model/synthetic-host.ts';
import { SD15 } from '../networks/examples.ts';
import { byPhase, byPlanes, fitOf, LARGEST, REACHABLE, runAll } from './benchmarks.ts';
import { OPTIONS } from './examples.ts';

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

describe('a whole benchmark', () => {
  test.each([
    ['quick', 10],
    ['default', 24],
    ['thorough', 48],
  ] as const)('a %s benchmark takes %d runs', (budget, size) => {
    const options = { ...REACHABLE, budget };
    expect(planSize(options)).toBe(size);
    expect(runAll(options, byPhase)).toHaveLength(size);
  });

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

  test('a replay that leaves nothing open is checked under caps all the same, and then tells what is required', () => {
    const networks: Networks = { ...SD15, shape: 'sdxl', evaluated: 1, encode: 'half' };
    const options: PlanOptions = { ...OPTIONS, traits: { ...TRAITS, staticMiB: 7146, condUncondBatched: false } };
    const runs = runAll(options, (next) => asReplayed(networks, 7146, next));
    expect(runs.filter((run) => run.capMiB !== null).length).toBeGreaterThanOrEqual(4);
    expect(fit(runs, options.traits)).toMatchObject({ value: { replay: { tellsNeed: true } } });
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
