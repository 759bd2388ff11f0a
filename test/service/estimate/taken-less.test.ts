import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { parseTable } from '../../../benchmarks/accuracy/table.ts';
import type { AddedRun, AddOnPart } from '../../../service/estimate/add-ons.ts';
import { withAddOns } from '../../../service/estimate/added.ts';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { verdict, type Verdict } from '../../../service/estimate/verdict.ts';
import { activeMiB } from '../../../service/model/active.ts';
import { unmeasured } from '../../../service/model/unmeasured/unmeasured.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { settingsOf } from '../model/synthetic-host.ts';

const { host } = recordedTable('sd1-sdp');
const made = unmeasured(host.key, host.traits, host.device);
if (!made.ok) throw new Error(made.reason);
const FIT = made.value;
const TABLE = join(import.meta.dirname, '../../../benchmarks/data/real-allocator/sd1-sdp-tiled-vae.csv');
const TILED = parseTable(readFileSync(TABLE, 'utf8'), FIT.staticMiB);
/** Needs were found to 4 MiB or 0.15 %. */
const LESS_THAN_NEEDED = 0.995;

function without(settings: GenerationSettings): EstimateMiB {
  const result = estimate(FIT, settings);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

/** As `calibration/added.ts` has it of a stored run. */
function ran({ settings, activeMiB: activePeakMiB, reservedMiB: ranWithMiB }: (typeof TILED)[number]): AddedRun {
  const { peak, limitingPhase: phase } = without(settings);
  const saidMiB = activeMiB(FIT, settings, Infinity) ?? 0;
  return {
    settings,
    phase,
    activeMiB: activePeakMiB - saidMiB - FIT.staticMiB,
    reservedMiB: ranWithMiB - peak.valueMiB,
    ranWithMiB,
  };
}

const RUNS = TILED.map(ran);
const part = (...runs: AddedRun[]): AddOnPart => ({ names: ['Tiled VAE'], runs, failures: [], usual: null });
const estimated = (settings: GenerationSettings, ...runs: AddedRun[]) =>
  withAddOns(without(settings), settings, [part(...runs)], FIT.staticMiB);
const NEEDS = TILED.flatMap(({ settings, needMiB }) => (needMiB === null ? [] : [{ settings, needMiB }]));
const decoding = settingsOf('txt2img', 1024, 1024, 1);
const LESS = RUNS.filter((run) => run.activeMiB < -64);

/** Of each need that was found with a tiled VAE, after one run with it, the verdict on a device of so much of it. */
function verdictsOn(share: number, runs: readonly AddedRun[]): Verdict[] {
  return NEEDS.flatMap(({ settings, needMiB }) =>
    runs.map((run) => verdict(estimated(settings, run), { usableMiB: share * needMiB, otherMiB: 0 }).verdict),
  );
}

describe('after one recorded run with a tiled VAE', () => {
  test('that took less, nothing is said to fit where it would fail, and nothing not to fit where it ran', () => {
    expect(LESS.length).toBeGreaterThan(10);
    expect(verdictsOn(LESS_THAN_NEEDED, LESS)).not.toContain('fits');
    expect(verdictsOn(1, LESS)).not.toContain('will-not-fit');
  });

  test('of the same settings, what is required is known to lie below what it had reserved', () => {
    const narrowed = NEEDS.flatMap(({ settings, needMiB }) => {
      const run = LESS.find((one) => JSON.stringify(one.settings) === JSON.stringify(settings));
      if (run === undefined) return [];
      const { required } = estimated(settings, run);
      expect(required.lowMiB).toBeLessThanOrEqual(needMiB);
      expect(required.highMiB).toBeGreaterThanOrEqual(needMiB);
      expect(required.highMiB).toBeLessThanOrEqual(run.ranWithMiB);
      return [without(settings).required.highMiB - required.highMiB];
    });
    expect(Math.max(...narrowed)).toBeGreaterThan(3000);
  });
});

describe('an add-on that took less', () => {
  const run = (settings: GenerationSettings, mib: number): AddedRun => ({
    settings,
    phase: without(settings).limitingPhase,
    activeMiB: mib,
    reservedMiB: mib,
    ranWithMiB: without(settings).peak.valueMiB + mib,
  });

  test.each([settingsOf('txt2img', 1024, 512, 1), settingsOf('txt2img', 1536, 1024, 1)])(
    'tells nothing of other settings, smaller or larger: it may take less, and is not counted',
    (settings) => {
      const told = estimated(settings, run(decoding, -1500));
      expect(told.required).toEqual(without(settings).required);
      expect(told.addOns).toMatchObject([{ counted: null, usual: { takesLess: true } }]);
    },
  );

  test('tells nothing beside another add-on', () => {
    const other: AddOnPart = { ...part(run(decoding, 800)), names: ['ControlNet'] };
    const told = withAddOns(without(decoding), decoding, [other, part(run(decoding, -1500))], FIT.staticMiB);
    expect(told.required.highMiB).toBeGreaterThan(without(decoding).required.highMiB + 800);
  });

  test('never leads below the weights', () => {
    const { required } = estimated(decoding, run(decoding, -9000));
    expect(required).toEqual({ valueMiB: FIT.staticMiB, lowMiB: FIT.staticMiB, highMiB: FIT.staticMiB });
  });
});
