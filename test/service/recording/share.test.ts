import { describe, expect, test } from '@jest/globals';
import { programMiBOf, shareAfter, shareBefore } from '../../../service/recording/share.ts';

describe("a program's part of a device", () => {
  test('is all beyond what was used before it, until the driver tells', () => {
    expect(programMiBOf(shareBefore(500), 1700)).toBe(1200);
    expect(shareBefore(500).by).toBe('difference');
  });

  test('is what the others of the driver’s last answer leave', () => {
    const share = shareAfter(shareBefore(500), 1200, 2000, 2004);
    expect(share).toEqual({ othersMiB: 800, by: 'driver' });
    expect(programMiBOf(share, 3000)).toBe(2200);
  });

  test('is not set against readings that moved while the driver was asked', () => {
    const before = shareBefore(500);
    expect(shareAfter(before, 1200, 2000, 2400)).toBe(before);
  });

  test('stays what it was where the driver does not tell it, or a reading is missing', () => {
    const before = shareBefore(500);
    expect(shareAfter(before, null, 2000, 2000)).toBe(before);
    expect(shareAfter(before, 1200, null, 2000)).toBe(before);
    expect(programMiBOf(before, null)).toBeNull();
    expect(programMiBOf(shareBefore(null), 1700)).toBeNull();
  });

  test('is never below nothing', () => {
    expect(programMiBOf(shareBefore(500), 300)).toBe(0);
  });
});
