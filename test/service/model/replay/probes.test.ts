import { describe, expect, test } from '@jest/globals';
import { replayedProbes } from '../../../../service/model/replay/probes.ts';
import { atOnce } from '../../../../service/base/steps.ts';
import { SD15 } from '../../networks/examples.ts';

describe('probes by replay', () => {
  test('each setting has a cap that is enough and one, 2 % lower, that is not', () => {
    const probes = atOnce(
      replayedProbes(
        { networks: SD15, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
        0,
        0,
      ),
    );
    const enough = probes.filter((probe) => probe.outcome === 'ok');
    const tooLittle = probes.filter((probe) => probe.outcome === 'oom');
    expect(enough.length).toBeGreaterThan(4);
    expect(tooLittle.map((probe) => probe.settings)).toEqual(enough.map((probe) => probe.settings));
    enough.forEach((probe, i) => {
      expect((tooLittle[i]?.capMiB ?? 0) / (probe.capMiB ?? 1)).toBeCloseTo(0.98, 2);
    });
  });

  test('weights, scale and what is free at idle are counted', () => {
    const [plain] = atOnce(
      replayedProbes(
        { networks: SD15, scale: 1, offsetMiB: 0, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
        0,
        0,
      ),
    );
    const [hosted] = atOnce(
      replayedProbes(
        { networks: SD15, scale: 1.1, offsetMiB: 20, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: [] },
        2000,
        100,
      ),
    );
    expect(hosted?.capMiB).toBeCloseTo(2000 + 1.1 * (plain?.capMiB ?? 0) + 101, 0);
  });

  test('where no networks were recognised there are none', () => {
    expect(atOnce(replayedProbes(null, 2000, 0))).toEqual([]);
  });
});
