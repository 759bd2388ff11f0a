import { describe, expect, test } from '@jest/globals';
import { estimate, type EstimateMiB } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { fit } from '../../../service/model/fit.ts';
import type { Fit, Observation } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { movedRuns, movedTraits, ROOM_MIB } from './moved-weights.ts';

const MORE = 1.15;
/** Recorded runs in which the decoder takes 15 % more than any known one, as another library's workspaces would. */
function distorted(runs: readonly Observation[]): Observation[] {
  return runs.map((run) => {
    const phases = (run.phases ?? []).map((peak, i, all) => {
      if (peak.phase !== 'decode') return peak;
      // What it found in the cache it has no more of.
      const hasRisen = peak.reservedPeakMiB > (all[i - 1]?.reservedPeakMiB ?? 0);
      const reservedPeakMiB = hasRisen ? MORE * peak.reservedPeakMiB : peak.reservedPeakMiB;
      return { ...peak, activePeakMiB: MORE * peak.activePeakMiB, reservedPeakMiB };
    });
    return { ...run, phases, reservedPeakMiB: Math.max(...phases.map(({ reservedPeakMiB }) => reservedPeakMiB)) };
  });
}

function fitted(runs: readonly Observation[], attention: 'sdp' | 'Doggettx'): Fit {
  const result = fit(runs, movedTraits('medvram', attention));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

function estimated(made: Fit, settings: GenerationSettings): EstimateMiB {
  const result = estimate(made, settings, ROOM_MIB);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const at = (width: number, height: number, batchSize: number): GenerationSettings => ({
  operation: 'txt2img',
  width,
  height,
  batchSize,
  hires: null,
});
const widthOf = ({ lowMiB, valueMiB, highMiB }: EstimateMiB['peak']): number => (highMiB - lowMiB) / valueMiB;

describe('a phase that is like nothing known', () => {
  const runs = movedRuns('medvram', 'Doggettx');
  const [whole, partly] = [fitted(runs, 'Doggettx'), fitted(distorted(runs), 'Doggettx')];

  test('leaves the others their replay, and has planes of its own', () => {
    expect(whole.replay?.networks.unlike ?? []).toEqual([]);
    expect(partly.replay?.networks).toMatchObject({ shape: 'sd1', scores: 'slices', unlike: ['decode', 'upscale'] });
    expect(partly.spread.unlike).toBeDefined();
  });

  test('changes nothing where another one rules', () => {
    // Scores of sampling are kept whole here: far more than any decode takes.
    const settings = at(768, 640, 2);
    const [before, after] = [estimated(whole, settings), estimated(partly, settings)];
    expect(Math.abs(after.peak.valueMiB / before.peak.valueMiB - 1)).toBeLessThan(0.003);
    expect(widthOf(after.peak)).toBeLessThan(1.5 * widthOf(before.peak));
  });

  test('is still above what it took where it rules, with an interval as wide as planes have', () => {
    const settings = at(1024, 1024, 1);
    const decode = distorted(runs)
      .find((run) => JSON.stringify(run.settings) === JSON.stringify(settings))
      ?.phases?.find(({ phase }) => phase === 'decode');
    const { required } = estimated(partly, settings);
    expect(required.highMiB).toBeGreaterThanOrEqual(decode?.activePeakMiB ?? Infinity);
    expect(widthOf(required)).toBeGreaterThan(1.3 * widthOf(estimated(whole, settings).required));
  });

  test('turns a verdict that fits into a tight one where only its width reaches the edge', () => {
    const settings = at(1024, 1024, 1);
    const edge = { usableMiB: estimated(whole, settings).required.highMiB + 50, otherMiB: 0 };
    expect(verdict(estimated(whole, settings), edge).verdict).toBe('fits');
    expect(verdict(estimated(partly, settings), edge).verdict).toBe('tight');
  });
});
