import { describe, expect, test } from '@jest/globals';
import type { AddedRun, AddOnPart } from '../../../service/estimate/add-ons.ts';
import { withAddOns } from '../../../service/estimate/added.ts';
import { estimateNow } from '../../../service/estimate/circumstances.ts';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { unmeasured } from '../../../service/model/unmeasured/unmeasured.ts';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { settingsOf } from '../model/synthetic-host.ts';

const { host } = recordedTable('sd1-sdp');
const made = unmeasured(host.key, host.traits, host.device);
if (!made.ok) throw new Error(made.reason);
const FIT = made.value;
const SMALL = settingsOf('txt2img', 512, 512, 4);
const LARGE = settingsOf('txt2img', 512, 512, 8);
const NOW = { memory: { usableMiB: 24_000, otherMiB: 0 }, heldMiB: null, driftMiB: null, leftMiB: 0, toLoad: null };

function without(settings: GenerationSettings): EstimateMiB {
  const result = estimate(FIT, settings);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

function ran(settings: GenerationSettings, mib: number, phase = without(settings).limitingPhase): AddedRun {
  const ranWithMiB = without(settings).peak.valueMiB + mib;
  return { settings, phase, activeMiB: mib, reservedMiB: mib, ranWithMiB };
}

function part(...runs: AddedRun[]): AddOnPart {
  return { names: ['Example'], runs, failures: [], usual: { lowMiB: 700, highMiB: 1500, takesLess: false } };
}

/** What is added to what is required. */
function added(settings: GenerationSettings, ...runs: AddedRun[]) {
  const [before, after] = [without(settings), withAddOns(without(settings), settings, [part(...runs)], 0)];
  return {
    valueMiB: after.required.valueMiB - before.required.valueMiB,
    lowMiB: after.required.lowMiB - before.required.lowMiB,
    highMiB: after.required.highMiB - before.required.highMiB,
    counted: after.addOns?.[0]?.counted ?? null,
  };
}

describe('after one run, what an add-on takes', () => {
  test('is at the same settings what it took', () => {
    const { valueMiB, lowMiB, highMiB, counted } = added(SMALL, ran(SMALL, 800));
    expect(valueMiB).toBeCloseTo(800);
    expect([lowMiB, highMiB]).toEqual([expect.closeTo(760), expect.closeTo(1.1 * 840)]);
    expect(counted?.runs).toBe(1);
  });

  test('is, of twice the pixels, half constant and half growing; its ends are all constant and all growing', () => {
    const { valueMiB, lowMiB, highMiB } = added(LARGE, ran(SMALL, 800));
    expect(valueMiB).toBeCloseTo(1200);
    expect(lowMiB).toBeLessThanOrEqual(800);
    expect(highMiB).toBeGreaterThanOrEqual(1600);
  });

  test.each([
    [700, 0],
    [0, 25],
    [350, 12],
  ])('is never above the upper end, be it %i MiB and %i MiB a 512 squared picture', (constantMiB, growingMiB) => {
    const truth = (batch: number) => constantMiB + growingMiB * batch;
    for (const [from, to] of [
      [4, 8],
      [8, 4],
      [4, 16],
    ] as const) {
      const [run, asked] = [from, to].map((batch) => settingsOf('txt2img', 512, 512, batch));
      if (run === undefined || asked === undefined) throw new Error('two');
      const { lowMiB, highMiB } = added(asked, ran(run, truth(from)));
      expect(highMiB).toBeGreaterThanOrEqual(truth(to));
      expect(lowMiB).toBeLessThanOrEqual(truth(to));
    }
  });

  test('is, where another phase needs the most, what it took there, and up to what is usual', () => {
    const { valueMiB, highMiB } = added(SMALL, ran(SMALL, 800, 'encode'));
    expect(valueMiB).toBeCloseTo(800);
    expect(highMiB).toBeCloseTo(1.1 * 1500);
  });

  test('is not counted there where nothing is known of it', () => {
    const unknown = { ...part(ran(SMALL, 800, 'encode')), usual: null };
    expect(withAddOns(without(SMALL), SMALL, [unknown], 0)).toMatchObject({
      required: without(SMALL).required,
      addOns: [{ counted: null }],
    });
  });
});

describe('after runs of several sizes, what an add-on takes', () => {
  const batches = [4, 8, 16].map((batch) => settingsOf('txt2img', 512, 512, batch));

  test('is on their line, as far off as they are', () => {
    const exact = batches.map((settings) => ran(settings, 700 + 25 * settings.batchSize));
    const asked = settingsOf('txt2img', 512, 512, 12);
    expect(added(asked, ...exact).valueMiB).toBeCloseTo(1000, 0);
    const strayed = exact.map((run, at) => ({ ...run, activeMiB: run.activeMiB + (at === 1 ? 90 : 0) }));
    const width = ({ lowMiB, highMiB }: { lowMiB: number; highMiB: number }) => highMiB - lowMiB;
    expect(width(added(asked, ...strayed))).toBeGreaterThan(width(added(asked, ...exact)) + 50);
  });

  test('has a wider interval beyond them', () => {
    const exact = batches.map((settings) => ran(settings, 700 + 25 * settings.batchSize));
    const { valueMiB, highMiB } = added(settingsOf('txt2img', 512, 512, 32), ...exact);
    expect(highMiB / valueMiB).toBeGreaterThan(1.3);
  });
});

describe('a verdict with an add-on that is not counted', () => {
  const estimated = withAddOns(without(SMALL), SMALL, [part()], 0);
  const lacking = (mib: number) => ({ usableMiB: estimated.required.highMiB + mib, otherMiB: 0 });

  test('is fits only where it would even with the most that this usually takes', () => {
    expect(verdict(estimated, lacking(1500)).verdict).toBe('fits');
    expect(verdict(estimated, lacking(1499))).toMatchObject({ verdict: 'tight', reason: 'add-on-not-counted' });
    expect(verdict(without(SMALL), lacking(1499)).verdict).toBe('fits');
  });

  test('is tight, not will not fit, where it takes less', () => {
    const tiled = { names: ['Tiled VAE'], runs: [], failures: [], usual: { lowMiB: 0, highMiB: 0, takesLess: true } };
    const little = { usableMiB: estimated.required.lowMiB - 10, otherMiB: 0 };
    expect(verdict(without(SMALL), little).verdict).toBe('will-not-fit');
    expect(verdict(withAddOns(without(SMALL), SMALL, [tiled], 0), little)).toMatchObject({
      verdict: 'tight',
      reason: 'add-on-not-counted',
    });
  });
});

describe('what the WebUI still holds beside its weights', () => {
  const highOf = (leftMiB: number, keepTheirOwn: boolean) => {
    const addOns = { parts: [part(ran(SMALL, 800))], keepTheirOwn };
    const result = estimateNow(FIT, SMALL, { ...NOW, leftMiB, addOns });
    if (!result.ok) throw new Error(result.reason);
    return result.required.highMiB;
  };

  test("is not counted again where it is the add-ons' own", () => {
    expect(highOf(690, true)).toBe(highOf(0, true));
    expect(highOf(1000, true)).toBeCloseTo(highOf(0, true) + 200);
  });

  test('is where a run has failed since', () => {
    expect(highOf(690, false)).toBeCloseTo(highOf(0, true) + 690);
  });
});
