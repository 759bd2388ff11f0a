import { describe, expect, test } from '@jest/globals';
import {
  formatDifference,
  formatDuration,
  formatMargin,
  formatMaybeMiB,
  formatMiB,
  formatInterval,
  formatMinutes,
  formatRange,
  formatSettings,
  formatShare,
  formatSize,
  formatTimeLeft,
} from '../../../service/words/index.ts';

describe('figures for people', () => {
  test.each([
    [0, '0 MiB'],
    [640.4, '640 MiB'],
    [1023.7, '1.0 GiB'],
    [5222, '5.1 GiB'],
    [-300, '-300 MiB'],
  ])('%p MiB reads %s', (mib, text) => {
    expect(formatMiB(mib)).toBe(text);
  });

  test.each([
    [3174, 7987, '3.1 of 7.8 GiB'],
    [640, 7987, '640 MiB of 7.8 GiB'],
    [640, 1000, '640 of 1000 MiB'],
  ])('%p of %p MiB reads %s: the unit is said once', (partMiB, allMiB, text) => {
    expect(formatShare(partMiB, allMiB)).toBe(text);
  });

  test.each([
    [5000, 5500, '4.9 to 5.4 GiB'],
    [900, 1229, '900 MiB to 1.2 GiB'],
    [0, 358, '0 to 358 MiB'],
    [5202, 5243, '5.08 to 5.12 GiB'],
    [5220, 5224, '5220 to 5224 MiB'],
  ])('from %p to %p MiB reads %s: as many decimals as tell the ends apart', (lowMiB, highMiB, text) => {
    expect(formatRange(lowMiB, highMiB)).toBe(text);
  });

  test('an interval has as many decimals within as without', () => {
    expect(formatInterval({ valueMiB: 5222, lowMiB: 5000, highMiB: 5500 })).toBe('5.1 GiB (4.9 to 5.4 GiB)');
    expect(formatInterval({ valueMiB: 5222, lowMiB: 5202, highMiB: 5243 })).toBe('5.10 GiB (5.08 to 5.12 GiB)');
  });

  test('a size names what hires fix makes of it', () => {
    const size = { width: 512, height: 768 };
    expect([formatSize(size), formatSize(size, { width: 1024, height: 1536 })]).toEqual([
      '512x768',
      '512x768 to 1024x1536',
    ]);
  });

  test('a missing figure is said in words', () => {
    expect(formatMaybeMiB(null)).toBe('not known');
  });

  test('a margin says whether it is spare or missing', () => {
    expect([formatMargin(1229), formatMargin(-300)]).toEqual(['1.2 GiB to spare', '300 MiB short']);
  });

  test('time is as coarse as it is known', () => {
    expect([formatMinutes(0.4), formatMinutes(6.2), formatMinutes(60), formatMinutes(131)]).toEqual([
      'under a minute',
      'about 6 min',
      'about 1 h',
      'about 2 h 11 min',
    ]);
    expect([formatDuration(20), formatDuration(400), formatDuration(9_960), formatDuration(185_000)]).toEqual([
      'under 0.1 s',
      '0.4 s',
      '10 s',
      '3 min 05 s',
    ]);
    expect([formatTimeLeft(12_400), formatTimeLeft(185_000), formatTimeLeft(-5)]).toEqual([
      '12 s',
      '3 min 05 s',
      '0 s',
    ]);
  });

  test('a difference needs two figures', () => {
    expect([
      formatDifference(1032, 1000),
      formatDifference(950, 1000),
      formatDifference(null, 1000),
      formatDifference(5, 0),
    ]).toEqual(['+3.2 %', '-5.0 %', null, null]);
  });

  test('a difference that rounds to nothing has no sign', () => {
    expect([
      formatDifference(999.9, 1000),
      formatDifference(1000.1, 1000),
      formatDifference(1000, 1000),
      formatDifference(999.4, 1000),
    ]).toEqual(['0.0 %', '0.0 %', '0.0 %', '-0.1 %']);
  });

  test('settings name what they set', () => {
    const hires = { width: 1024, height: 1536, uncroppedWidth: 1024, uncroppedHeight: 1536, upscaler: 'Latent' };
    expect(formatSettings({ width: 512, height: 768, batchSize: 1, hires: null })).toBe('512x768');
    expect(formatSettings({ width: 512, height: 768, batchSize: 2, hires })).toBe(
      '512x768, batch size 2, hires fix to 1024x1536 with Latent',
    );
  });
});
