import { describe, expect, test } from '@jest/globals';
import { mibOf, roundingMiB } from '../../../benchmarks/published/quantity.ts';
import { attentionIn, bitsOf, cardIn, familyIn, versionIn } from '../../../benchmarks/published/wording.ts';

describe('what people write of amounts', () => {
  test('units are powers of two, and what stands behind them in brackets is a remark', () => {
    expect(mibOf('2809419264', 'bytes')).toBeCloseTo(2679.3, 1);
    expect(mibOf('3668996', 'kB')).toBeCloseTo(3583, 0);
    expect(mibOf('3.16', 'GB(webui)')).toBeCloseTo(3235.84, 2);
    expect(mibOf('546.12', 'MB (author)')).toBe(546.12);
  });

  test('what is no amount, none of anything, or in a unit that is not known is null', () => {
    expect(['OOM', '', '-1', '0', '1e3', 'NaN', '12x'].map((value) => mibOf(value, 'MiB'))).toEqual(
      Array.from({ length: 7 }, () => null),
    );
    expect(mibOf('3', 'OOM')).toBeNull();
    expect(mibOf('3', '')).toBeNull();
  });

  test('an amount may be off by half of its last place', () => {
    expect(roundingMiB('3.16', 'GB')).toBeCloseTo(5.12, 2);
    expect(roundingMiB('3169', 'MiB')).toBe(0.5);
  });
});

describe('what people write of set-ups', () => {
  test.each([
    ['SD1.x hash 84692140', 'sd1'],
    ['v1-5-pruned-emaonly', 'sd1'],
    ['batch size 3, hash 925997e9', 'sd1'],
    ['SD1', 'sd1'],
    ['SD 2.1', 'sd2'],
    ['SDXL with fp16-fix VAE', 'sdxl'],
    ['FLUX.1 VAE', 'flux'],
    ['unstated', null],
    ['not stated', null],
  ])('%s is %s', (text, family) => {
    expect(familyIn(text)).toBe(family);
  });

  test.each([
    ['Doggettx (v1.3.0 default)', '', 'Doggettx'],
    ['V1', '', 'V1'],
    ['SDPA (xformers rows near-identical)', '', 'sdp'],
    ['sdp-no-mem', '', 'sdp-no-mem'],
    ['none (2022-09-11)', '', ''],
    ['not xformers', '', 'Doggettx'],
    ['unknown', '--opt-sdp-attention', 'sdp'],
    ['not stated', '--Xformers; commit 0cc0ee1b', 'xformers'],
    ['not stated', '--medvram', null],
    ['unknown (2023-03)', 'none stated', null],
  ])('the attention "%s" with the flags "%s" is %s', (text, flags, attention) => {
    expect(attentionIn(text, flags)).toBe(attention);
  });

  test('a card is told by its name and its size, or by its size alone', () => {
    expect(cardIn('RTX 3060 12GB')).toEqual({ name: 'RTX 3060', totalMiB: 12_288 });
    expect(cardIn('total 7841 MiB').totalMiB).toBe(7841);
    expect(cardIn('8.00 (3070 Ti)')).toEqual({ name: 'RTX 3070 Ti', totalMiB: 8192 });
    expect(cardIn('11 (1080 Ti)')).toEqual({ name: 'GTX 1080 Ti', totalMiB: 11_264 });
    expect(cardIn('4 to 6').totalMiB).toBe(6144);
    expect(cardIn('A100')).toEqual({ name: 'A100', totalMiB: null });
    expect(cardIn('not stated').totalMiB).toBeNull();
  });

  test('a version of the WebUI is none of torch or xformers', () => {
    expect(versionIn('A1111 v1.10.1, DPM++ 2M Karras')).toBe('v1.10.1');
    expect(versionIn('commit 20ae71f (1.3.0)')).toBe('v1.3.0');
    expect(versionIn('xformers 0.0.21, torch 2.0.0+cu118')).toBeNull();
  });

  test('widths of numbers', () => {
    expect(['fp16', 'bf16', '', 'fp32', 'int8'].map(bitsOf)).toEqual([16, 16, 16, 32, null]);
  });
});
