import { describe, expect, test } from '@jest/globals';
import {
  formatDifference,
  formatDuration,
  formatMargin,
  formatMaybeMiB,
  formatMiB,
  formatMinutes,
  formatSettings,
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
