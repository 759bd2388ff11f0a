import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { learnt, recorded } from '../../../benchmarks/advice/rig.ts';
import { largest } from '../../../service/advice/largest/largest.ts';
import { largestBelow, measureOf, type Measure } from '../../../service/advice/largest/search.ts';
import { scaledTo } from '../../../service/advice/largest/size.ts';
import { largestHires, scaleOf } from '../../../service/advice/largest/hires.ts';
import { atOnce } from '../../../service/base/steps.ts';
import { estimateNow } from '../../../service/estimate/circumstances.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { hiresFix, situationOn, txt2img } from './hosts.ts';

const OPERATIONS = [
  ['txt2img', txt2img(512, 512, 2)],
  ['hires_latent', hiresFix('hires_latent', [512, 512, 2], 2)],
] as const;

function fitsOn(settings: GenerationSettings, usableMiB: number): boolean {
  const { fit, now } = situationOn('sd1-sdp', settings, { usableMiB });
  if (fit === null) throw new Error('no fit');
  const estimate = estimateNow(fit, settings, now);
  return estimate.ok && verdict(estimate, now.memory).verdict === 'fits';
}

describe('the largest', () => {
  test.each(OPERATIONS)('of %s fits, and the next does not', (_operation, settings) => {
    const usableMiB = 6144;
    const found = atOnce(largest(situationOn('sd1-sdp', settings, { usableMiB })));
    if (found === null) throw new Error('nothing is known');
    expect(found.batchSize).not.toBeNull();
    expect(fitsOn({ ...settings, batchSize: found.batchSize ?? 1 }, usableMiB)).toBe(true);
    if ((found.batchSize ?? 0) < 16)
      expect(fitsOn({ ...settings, batchSize: (found.batchSize ?? 0) + 1 }, usableMiB)).toBe(false);
    expect(found.table.rows.map(({ shape }) => shape)).toEqual(['1:1', '3:4', '2:3', '9:16']);
    expect(found.table.limitedBy).not.toBeNull();
    for (const { sizes } of found.table.rows) {
      const areas = sizes.map((size) => (size === null ? 0 : size.width * size.height));
      // Never more pixels with more pictures at once.
      expect([...areas].sort((a, b) => b - a)).toEqual(areas);
    }
  });

  test('is nothing on a card that does not hold the weights, and not known of networks that are not', () => {
    const none = atOnce(largest(situationOn('sdxl-sdp', txt2img(512, 512, 1), { usableMiB: 4096 })));
    expect([none?.size, none?.batchSize, none?.table.limitedBy]).toEqual([null, null, null]);
    const merged = { usableMiB: 8192, key: { token_merging_ratio: '0.5' } };
    expect(atOnce(largest(situationOn('sd1-sdp', txt2img(512, 512, 1), merged)))).toBeNull();
  });

  test('is told of the batch size of the settings too', () => {
    const found = atOnce(largest(situationOn('sd1-sdp', txt2img(512, 512, 3), { usableMiB: 6144 })));
    expect(found?.table.batchSizes).toEqual([1, 2, 3, 4, 8]);
    expect(found?.table.rows.map(({ sizes }) => sizes.length)).toEqual([5, 5, 5, 5]);
  });

  test('of hires fix is by the steps of the slider, from the base itself to four times that', () => {
    const measure: Measure = {
      marginOf: ({ hires }) => ({ marginMiB: 700 - (hires?.width ?? 0), roomMiB: 700 }),
      fits: ({ hires }) => (hires?.width ?? 0) <= 700,
      weightOf: ({ hires }) => hires?.width ?? 0,
    };
    const found = largestHires(hiresFix('hires_latent', [512, 768, 1], 2), 'any', measure);
    expect(found?.hires).toMatchObject({ width: 688, height: 1032 });
    const all: Measure = { ...measure, marginOf: () => ({ marginMiB: 1, roomMiB: 700 }), fits: () => true };
    expect(largestHires(hiresFix('hires_latent', [512, 768, 1], 2), 'any', all)?.hires?.width).toBe(2048);
    // 2.0 is the one given.
    expect(largestHires(hiresFix('hires_latent', [512, 768, 1], 2), 'the-target', all)?.hires?.width).toBe(992);
    expect(largestHires(txt2img(512, 512, 1), 'any', all)).toBeNull();
  });
});

describe('both answers of hires fix', () => {
  const settings = hiresFix('hires_latent', [512, 512, 1], 2);
  const found = atOnce(largest(situationOn('sd1-sdp', settings, { usableMiB: 8192 })));

  test('say of which base they are', () => {
    expect(found?.hires?.base).toEqual({ width: 512, height: 512 });
    const { base, width, scale } = found?.size ?? {};
    expect([scale, width]).toEqual([2, 2 * (base?.width ?? 0)]);
    expect((base?.width ?? 1) % 64).toBe(0);
  });

  test('agree: from the base of one, the other is as large', () => {
    const { base } = found?.size ?? {};
    const again = hiresFix('hires_latent', [base?.width ?? 0, base?.height ?? 0, 1], 2);
    const from = atOnce(largest(situationOn('sd1-sdp', again, { usableMiB: 8192 })));
    expect(from?.size).toEqual(found?.size);
    expect(from?.hires?.width).toBeGreaterThanOrEqual(found?.size?.width ?? Infinity);
  });

  test('without hires fix are of no base', () => {
    const plain = atOnce(largest(situationOn('sd1-sdp', txt2img(512, 512, 1), { usableMiB: 8192 })));
    expect([plain?.size?.base, plain?.size?.scale, plain?.hires]).toEqual([null, null, null]);
  });
});

test('the scale told is a step of the slider that makes this target', () => {
  const made = (target: number, height = target): number | null => {
    const { hires, ...base } = hiresFix('hires_latent', [512, 512, 1], 2);
    return scaleOf({ ...base, hires: hires && { ...hires, width: target, height } });
  };
  // 1504 / 512 is 2.9375, and 2.93 would make 1496 of it.
  expect([made(1504), made(1024), made(512)]).toEqual([2.95, 2, 1]);
  expect([made(1024, 1536), made(256), made(4096)]).toEqual([null, null, null]);
});

function upright(number: number): GenerationSettings {
  return scaledTo(txt2img(576, 1024, 1), number * 64);
}

function byFactor(number: number): GenerationSettings {
  return hiresFix('hires_image', [512, 768, 2], 1 + (number - 1) / 20);
}

describe('the search', () => {
  const settingsOf = (number: number): GenerationSettings => txt2img(number * 8, 8, 1);
  const numberOf = ({ width }: GenerationSettings): number => width / 8;

  test('finds the last number that fits, whatever the weights say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        (beyond, last, power) => {
          const measure: Measure = {
            marginOf: (settings) => ({ marginMiB: last - numberOf(settings) + 0.5, roomMiB: last + 0.5 }),
            fits: (settings) => numberOf(settings) <= last,
            weightOf: (settings) => numberOf(settings) ** power,
          };
          const most = Math.min(last, beyond - 1);
          expect(largestBelow(beyond, settingsOf, measure)).toBe(most < 1 ? null : most);
        },
      ),
    );
  });

  test('asks for few estimates where the weights are right, each once, and a peak of what it finds alone', () => {
    let [asked, whole] = [0, 0];
    const measure: Measure = {
      marginOf: (settings) => {
        asked += 1;
        return { marginMiB: 500 - numberOf(settings) ** 2, roomMiB: 500 };
      },
      fits: (settings) => {
        whole += 1;
        return numberOf(settings) ** 2 <= 500;
      },
      weightOf: (settings) => numberOf(settings) ** 2,
    };
    expect(largestBelow(64, settingsOf, measure)).toBe(22);
    // 23 to 25: those lack less than a quarter.
    expect(asked).toBeLessThanOrEqual(6);
    expect(whole).toBe(1);
  });

  describe('finds what looking at each would, in whatever order it looks', () => {
    const CARDS_MIB = Array.from({ length: 13 }, (_, n) => 7700 + 50 * n);
    const SETS: [string, string, readonly number[], (number: number) => GenerationSettings, number][] = [
      ['sizes upright with sdp, of which some need less than smaller ones', 'sd1-sdp', CARDS_MIB, upright, 40],
      ['batches with sdp', 'sd1-sdp', CARDS_MIB, (number) => txt2img(1408, 1408, number), 16],
      ['factors of hires fix with sdp', 'sd1-sdp', CARDS_MIB, byFactor, 60],
      ['sizes with Doggettx, whose pieces follow what is free', 'sd1-doggettx', [8192, 12_288], upright, 30],
      ['batches with it', 'sd1-doggettx', [10_240, 16_384], (number) => txt2img(1024, 1024, number), 16],
    ];

    test.each(SETS)('%s', (_name, table, cardsMiB, of, most) => {
      const fit = learnt(recorded(table));
      for (const usableMiB of cardsMiB) {
        const { now } = situationOn(table, of(1), { usableMiB });
        const fitting: number[] = [];
        for (let number = 1; number <= most; number += 1) {
          const estimate = estimateNow(fit, of(number), now);
          if (estimate.ok && verdict(estimate, now.memory).verdict === 'fits') fitting.push(number);
        }
        const measure = measureOf(fit, now.memory, (settings, asked) => {
          const result = estimateNow(fit, settings, now, asked);
          return result.ok ? result : null;
        });
        for (let beyond = most + 1; beyond > 1; beyond -= 1) {
          const last = fitting.filter((number) => number < beyond).at(-1) ?? null;
          expect([usableMiB, beyond, largestBelow(beyond, of, measure)]).toEqual([usableMiB, beyond, last]);
        }
      }
    });
  });

  test('weighs settings by what is active, which takes no estimate', () => {
    const { fit, now } = situationOn('sd1-sdp', txt2img(512, 512, 1), { usableMiB: 8192 });
    if (fit === null) throw new Error('no fit');
    const { weightOf } = measureOf(fit, now.memory, () => {
      throw new Error('an estimate');
    });
    expect(weightOf(txt2img(1024, 1024, 1))).toBeGreaterThan(weightOf(txt2img(512, 512, 1)));
  });
});
