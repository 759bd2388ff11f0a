import { describe, expect, test } from '@jest/globals';
import { observationOf, observationsForFit } from '../../../service/calibration/observations.ts';
import { isExact } from '../../../service/model/rows.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../recorder/examples.ts';

describe('a run as the fit sees it', () => {
  test("has torch's figures where there are counters", () => {
    expect(observationOf(exampleRun())).toMatchObject({
      activePeakMiB: 3000,
      reservedPeakMiB: 3500,
      allocRetries: 0,
      phases: [{ phase: 'sampling' }],
    });
  });

  test("has the process's own peak where that was read", () => {
    const run = exampleRun({ torch: null, phases: [], ownPeakMiB: 4100 });
    expect(observationOf(run)).toMatchObject({
      activePeakMiB: null,
      reservedPeakMiB: 4100,
      allocRetries: null,
      phases: null,
    });
  });

  test("has the device's peak less what was others' before it where there is nothing better", () => {
    const run = exampleRun({ torch: null, phases: [] });
    expect(observationOf(run)).toMatchObject({ reservedPeakMiB: 3500 });
  });

  test("tells what the process held just before: by torch's count, or all that was used and not others'", () => {
    expect(observationOf(exampleRun())).toMatchObject({ heldMiB: 2400 });
    const baseline = { deviceUsedMiB: 3300, otherMiB: 800, torch: null };
    expect(observationOf(exampleRun({ torch: null, phases: [], ownPeakMiB: 4100, baseline }))).toMatchObject({
      heldMiB: 2500,
    });
    expect(observationOf(exampleRun({ torch: null, phases: [], baseline }))).toMatchObject({ heldMiB: null });
  });

  test("tells what the weights' segments leave free before it", () => {
    const baseline = { deviceUsedMiB: 3000, otherMiB: 600, torch: { allocatedMiB: 2330, reservedMiB: 2384 } };
    expect(observationOf(exampleRun({ baseline }))).toMatchObject({ idleSlackMiB: 54 });
    expect(observationOf(exampleRun({ baseline: { ...baseline, torch: null } }))).toMatchObject({ idleSlackMiB: null });
  });

  test('that ran out of memory before its first work on pictures is a lower bound without phases', () => {
    const torch = { activePeakMiB: 2450, reservedPeakMiB: 2500, allocRetries: 1, ooms: 1 };
    const run = exampleRun({
      outcome: 'oom',
      torch,
      phases: [{ phase: 'start', activePeakMiB: 2450, reservedPeakMiB: 2500, durationMs: 40 }],
    });
    expect(observationOf(run)).toMatchObject({ outcome: 'oom', activePeakMiB: 2450, phases: null });
  });

  test.each([
    ['failed', exampleRun({ outcome: 'failed' })],
    ['was interrupted', exampleRun({ outcome: 'interrupted' })],
    ['has no figures', exampleRun({ torch: null, devicePeakMiB: null })],
  ])('is nothing where it %s', (_what, run) => {
    expect(observationOf(run)).toBeNull();
  });
});

describe('what the fit learns from', () => {
  test('has no run with a mark against it', () => {
    expect(observationsForFit([exampleRun({ marks: ['disturbed'] })])).toEqual([]);
  });

  test("keeps the benchmark's runs, however many ordinary ones with the same settings follow", () => {
    const benchmark = exampleRun({
      settings: { operation: 'txt2img', width: 1024, height: 1024, batchSize: 4, hires: null },
    });
    const ordinary = Array.from({ length: 1000 }, (_, n) =>
      exampleRun({ runId: `o${n}`, origin: 'ordinary', sessionId: null }),
    );
    const observations = observationsForFit([benchmark, ...ordinary]);
    expect(observations).toHaveLength(4);
    expect(observations[0]?.settings.width).toBe(1024);
  });

  test("leaves out ordinary runs whose two prompts were not batched as the benchmark's were", () => {
    const other = exampleRun({ runId: 'o', origin: 'ordinary', sessionId: null, condUncondBatched: false });
    const unknown = exampleRun({ runId: 'u', origin: 'ordinary', sessionId: null, condUncondBatched: null });
    const benchmark = exampleRun({ condUncondBatched: true });
    expect(observationsForFit([benchmark, other, unknown])).toHaveLength(2);
    expect(observationsForFit([other, unknown])).toHaveLength(2);
  });

  test('takes an ordinary run for a lower bound where an earlier one of that size had to give back its cache: PyTorch has stayed with engines that want no workspace', () => {
    const short = exampleRun({
      runId: 'short',
      origin: 'ordinary',
      torch: { activePeakMiB: 3000, reservedPeakMiB: 3500, allocRetries: 2, ooms: 0 },
    });
    const again = exampleRun({ runId: 'again', origin: 'ordinary' });
    const larger: GenerationSettings = { operation: 'txt2img', width: 640, height: 512, batchSize: 1, hires: null };
    const other = exampleRun({ runId: 'other', origin: 'ordinary', settings: larger });
    const exactOf = (...runs: Run[]): boolean[] => observationsForFit(runs).map(isExact);
    expect(exactOf(short, again)).toEqual([false, false]);
    expect(exactOf(again)).toEqual([true]);
    expect(exactOf(again, short)).toEqual([false, true]);
    expect(exactOf(short, other)).toEqual([true, false]);
  });

  test('takes a benchmark run as it is, whatever was short of memory before: it runs in a thread of its own', () => {
    const short = exampleRun({ runId: 'short', origin: 'ordinary', outcome: 'oom' });
    expect(observationsForFit([short, exampleRun()]).filter(isExact)).toHaveLength(1);
  });
});
