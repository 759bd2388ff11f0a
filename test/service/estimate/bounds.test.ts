import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withinKnown } from '../../../service/estimate/bounds.ts';
import { areaMpx, shareNeeded } from '../../../service/model/geometry.ts';
import type { Interval, KnownRun } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { settingsOf } from '../model/synthetic-host.ts';

const STATIC_MIB = 2000;
const HAD_MIB = 8000;
const txt2img = (width: number, height: number, batchSize: number) => settingsOf('txt2img', width, height, batchSize);

/** A model that says far too little. */
const modelMiB = ({ width, height, batchSize }: GenerationSettings): number =>
  STATIC_MIB + areaMpx(width, height) * (500 * batchSize + 300);

function within(settings: GenerationSettings, failures: readonly KnownRun[], successes: readonly KnownRun[]): Interval {
  const valueMiB = modelMiB(settings);
  const required = { valueMiB, lowMiB: 0.98 * valueMiB, highMiB: 1.03 * valueMiB };
  return withinKnown(required, settings, { failures, successes }, STATIC_MIB, modelMiB);
}

const sidePx = fc.integer({ min: 4, max: 32 }).map((units) => units * 64);
const anySettings = fc.tuple(sidePx, sidePx, fc.integer({ min: 1, max: 8 })).map((all) => txt2img(...all));

describe('after a failure with so much', () => {
  test('nothing that needs at least a share of what failed is said to fit within that, nor to need less than the share', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (failed, settings) => {
        const share = shareNeeded(settings, failed);
        fc.pre(share > 0 && modelMiB(failed) < HAD_MIB);
        const { lowMiB, valueMiB, highMiB } = within(settings, [{ settings: failed, atMiB: HAD_MIB }], []);
        expect(lowMiB).toBeGreaterThanOrEqual(STATIC_MIB + share * (HAD_MIB - STATIC_MIB));
        expect([lowMiB <= valueMiB, valueMiB <= highMiB, highMiB > HAD_MIB]).toEqual([true, true, true]);
      }),
    );
  });

  test('what is larger is said to need no less, whichever way it is larger', () => {
    fc.assert(
      fc.property(anySettings, anySettings, anySettings, (failed, settings, larger) => {
        fc.pre(shareNeeded(larger, settings) === 1 && modelMiB(failed) < HAD_MIB);
        fc.pre(modelMiB(larger) >= modelMiB(settings));
        const [one, other] = [settings, larger].map((of) => within(of, [{ settings: failed, atMiB: HAD_MIB }], []));
        // Of smaller settings than what failed the upper end alone is raised: what is neither is left as it is.
        const isSmaller = shareNeeded(settings, failed) === 0;
        for (const side of ['lowMiB', 'valueMiB', ...(isSmaller ? [] : (['highMiB'] as const))] as const)
          expect(other?.[side]).toBeGreaterThanOrEqual(one?.[side] ?? Infinity);
      }),
    );
  });

  test('what is hardly larger in all is open, until it has run itself', () => {
    const failures = [{ settings: txt2img(1024, 1024, 4), atMiB: HAD_MIB }];
    const settings = txt2img(1536, 1024, 3);
    const open = within(settings, failures, []);
    expect([open.lowMiB < HAD_MIB, HAD_MIB < open.highMiB]).toEqual([true, true]);
    const ran = within(settings, failures, [{ settings, atMiB: 7000 }]);
    expect(ran.highMiB).toBeLessThanOrEqual(7000);
    // Clearly more in all it is not open.
    expect(within(txt2img(2048, 1024, 3), failures, []).lowMiB).toBeGreaterThan(HAD_MIB);
  });
});
