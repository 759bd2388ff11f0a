import { describe, expect, test } from '@jest/globals';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { fit } from '../../../service/model/fit.ts';
import { areaMpx } from '../../../service/model/geometry.ts';
import type { HostTraits, Observation } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { settingsOf } from './synthetic-host.ts';

/** InvokeAI's attention on a CPU: the denoising network's works in slices, the VAE's keeps its score matrices. */
const TRAITS: HostTraits = {
  attention: 'sub-quadratic',
  condUncondBatched: true,
  decodesBatch: false,
  staticMiB: null,
};

/**
 * `keeps`: share of what a run added that the process does not give back; `reuses`: share of that which the next run
 * has use for.
 */
interface Law {
  readonly name: string;
  readonly keeps: number;
  readonly reuses: number;
}
const LAWS: readonly Law[] = [
  { name: 'keeps nothing', keeps: 0, reuses: 0 },
  { name: 'keeps a part and finds no use for it', keeps: 0.12, reuses: 0 },
  { name: 'keeps much and uses half of it again', keeps: 0.4, reuses: 0.5 },
  { name: 'keeps much and uses all of it again', keeps: 0.5, reuses: 1 },
];

const BASE_MIB = 1230;
/** A tiny checkpoint's: convolutions next to nothing, the score matrices of any. */
function addedMiB({ width, height, batchSize }: GenerationSettings): number {
  const area = areaMpx(width, height);
  return Math.max(40 + 90 * batchSize * area, 30 + 120 * area + 2048 * area * area);
}

/** Runs generations in one process, and tells them as they are seen. */
function processOf({ keeps, reuses }: Law) {
  let heldMiB = BASE_MIB;
  return {
    get heldMiB() {
      return heldMiB;
    },
    run(settings: GenerationSettings): Observation {
      const before = heldMiB;
      const reusedMiB = Math.min(addedMiB(settings), reuses * (before - BASE_MIB));
      const peakMiB = before + addedMiB(settings) - reusedMiB;
      heldMiB = before + keeps * (peakMiB - before);
      return observation(settings, before, peakMiB);
    },
  };
}

function observation(settings: GenerationSettings, heldMiB: number, peakMiB: number): Observation {
  const uncounted = { activePeakMiB: null, phases: null, allocRetries: null, idleSlackMiB: null };
  return { ...uncounted, settings, capMiB: null, outcome: 'ok', reservedPeakMiB: peakMiB, roomMiB: 16_000, heldMiB };
}

/** The estimates that these runs give of a process that holds so much now. */
function estimatesFrom(runs: readonly Observation[], heldMiB: number): (settings: GenerationSettings) => EstimateMiB {
  const result = fit(runs, TRAITS);
  return (settings) => {
    const answer = result.ok ? estimate(result.value, settings, 16_000, heldMiB) : null;
    if (answer?.ok !== true) throw new Error('no estimate');
    return answer;
  };
}

function estimated(runs: readonly Observation[], settings: GenerationSettings, heldMiB: number): EstimateMiB {
  return estimatesFrom(runs, heldMiB)(settings);
}

const square = (px: number, batchSize = 1): GenerationSettings => settingsOf('txt2img', px, px, batchSize);
const PORTRAIT = settingsOf('txt2img', 768, 1024, 1);
const BENCHMARK = [
  ...[square(256), square(384, 2), square(512), square(320), square(512, 2)],
  ...[square(448), square(384), square(256, 2), square(512, 2), square(320, 2)],
];
const OWN = [square(768), square(1024), square(1024), square(512), PORTRAIT, square(768), square(1024), square(640, 4)];

describe.each(LAWS)('a process that $name', (law) => {
  test('shows again what settings have shown: the peak lies within their interval after the run, and nearer', () => {
    const process = processOf(law);
    const runs = BENCHMARK.map((settings) => process.run(settings));
    for (const settings of OWN) {
      const before = estimated(runs, settings, process.heldMiB).peak;
      const run = process.run(settings);
      runs.push(run);
      const measuredMiB = run.reservedPeakMiB ?? 0;
      const after = estimated(runs, settings, process.heldMiB).peak;
      expect([after.lowMiB - 1 <= measuredMiB, measuredMiB <= after.highMiB + 1]).toEqual([true, true]);
      // Growth since the run is meant to move it.
      const grownMiB = process.heldMiB - (run.heldMiB ?? 0);
      const offMiB = (of: { valueMiB: number }) => Math.abs(of.valueMiB - measuredMiB);
      expect(offMiB(after)).toBeLessThanOrEqual(offMiB(before) + grownMiB + 0.02 * measuredMiB);
    }
  });

  test('is estimated to show no less for larger pictures or batches, before and after each run', () => {
    const process = processOf(law);
    const runs = BENCHMARK.map((settings) => process.run(settings));
    for (const settings of [...OWN.slice(0, 4), null]) {
      const estimateOf = estimatesFrom(runs, process.heldMiB);
      for (const figure of ['peak', 'required'] as const) {
        const values = (of: readonly GenerationSettings[]) => of.map((one) => estimateOf(one)[figure].valueMiB);
        for (const row of [
          values([256, 384, 512, 640, 704, 768, 896, 1024, 1280].map((px) => square(px))),
          values([512, 768, 1024, 1280].map((height) => settingsOf('txt2img', 768, height, 1))),
          values([1, 2, 3, 4].map((batchSize) => square(768, batchSize))),
        ])
          expect(row).toEqual([...row].sort((a, b) => a - b));
      }
      if (settings !== null) runs.push(process.run(settings));
    }
  });

  test('is estimated within a tenth once each size was run twice', () => {
    const process = processOf(law);
    const runs = [...BENCHMARK, ...BENCHMARK, ...OWN, ...OWN].map((settings) => process.run(settings));
    for (const settings of [square(512), square(768), square(1024), square(896)]) {
      const { valueMiB } = estimated(runs, settings, process.heldMiB).peak;
      expect(Math.abs(valueMiB / (process.run(settings).reservedPeakMiB ?? 0) - 1)).toBeLessThan(0.1);
    }
  });
});

test('the numbers of a real processor: what 768 and 1024 squared showed is what they are estimated at', () => {
  const process = processOf({ name: '', keeps: 0.08, reuses: 0 });
  const runs = BENCHMARK.map((settings) => process.run(settings));
  const held = process.heldMiB;
  runs.push(observation(square(768), held, 2067));
  expect(estimated(runs, square(768), held + 40).peak.valueMiB).toBeCloseTo(2107, -2);
  // Its score matrices are four times as many bytes: said to be open before, known after.
  expect(estimated(runs, square(1024), held + 40).peak.highMiB).toBeGreaterThan(3464);
  runs.push(observation(square(1024), held + 40, 3464));
  const { valueMiB, lowMiB, highMiB } = estimated(runs, square(1024), held + 90).peak;
  expect([lowMiB <= 3464, 3464 <= highMiB, Math.abs(valueMiB - 3464) < 100]).toEqual([true, true, true]);
  expect(estimated(runs, square(768), held + 90).peak.lowMiB).toBeLessThanOrEqual(2067);
});

test('what a process holds it does not give back: required is never below that', () => {
  const runs = BENCHMARK.map((settings) => processOf(LAWS[0] as Law).run(settings));
  expect(estimated(runs, square(256), 5000).required).toMatchObject({ valueMiB: expect.any(Number), lowMiB: 5000 });
  expect(estimated(runs, square(256), 5000).required.valueMiB).toBeGreaterThanOrEqual(5000);
});
