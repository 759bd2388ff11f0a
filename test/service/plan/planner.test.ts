/** What is planned, by small benchmarks and one of the default budget. More of these: whole-benchmarks.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { fit } from '../../../service/model/fit.ts';
import { planNext } from '../../../service/plan/planner.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { SD15_LIKE, TRAITS, truth } from '../model/synthetic-host.ts';
import { runAll, withoutCounters } from './benchmarks.ts';
import { OPTIONS } from './examples.ts';

describe('planner', () => {
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

  test('without caps a benchmark makes as many runs, all of them without one', () => {
    const runs = runAll({ ...OPTIONS, caps: false, budget: 'quick' });
    expect(runs).toHaveLength(10);
    expect(runs.every(({ capMiB }) => capMiB === null)).toBe(true);
  });

  test('some runs are made under a cap', () => {
    const runs = runAll(OPTIONS);
    expect(runs.filter((run) => run.capMiB !== null).length).toBeGreaterThan(4);
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
});
