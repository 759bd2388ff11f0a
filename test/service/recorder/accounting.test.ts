import { describe, expect, test } from '@jest/globals';
import { HOST_TELLS_WITHIN_MS, createAccounting, type MemoryReading } from '../../../service/recorder/accounting.ts';

function reading(monotonicMs: number, usedMiB: number | null, ownUsedMiB: number | null = null): MemoryReading {
  return { monotonicMs, usedMiB, totalMiB: 8192, usableMiB: 8192, ownUsedMiB };
}
const torch = (reservedMiB: number) => ({ allocatedMiB: reservedMiB - 100, reservedMiB });

describe("what is not torch's", () => {
  test('is what the device shows less what torch has reserved', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    expect(accounting.figures()).toEqual({
      usedMiB: 3300,
      totalMiB: 8192,
      usableMiB: 8192,
      usedByWebuiMiB: 2500,
      usedByOthersMiB: 800,
      otherMiB: 800,
    });
  });

  test('is unknown before the counters and a younger reading are there', () => {
    const accounting = createAccounting();
    accounting.onReading(reading(100, 3300));
    expect(accounting.otherMiB()).toBeNull();
    accounting.onTorch(torch(2500), false, 150);
    expect(accounting.otherMiB()).toBeNull();
  });

  test('stays as it was while the WebUI generates', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onRunStarted(600);
    accounting.onReading(reading(300, 6000));
    expect(accounting.otherMiB()).toBe(800);
  });

  test("is not what was read while the word of a run's start was on its way", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    for (const [atMs, usedMiB] of [
      [200, 3300],
      [1200, 3310],
      [1500, 5900],
      [1580, 6100],
    ] as const)
      accounting.onReading(reading(atMs, usedMiB));
    accounting.onRunStarted(1400);
    expect(accounting.otherMiB()).toBe(810);
  });

  test('is what was read first since the last run, where the next was heard of at once', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onRunStarted(600);
    accounting.onRunEnded(1000, null);
    accounting.onTorch(torch(2500), false, 1010);
    for (const [atMs, usedMiB] of [
      [1050, 3320],
      [1150, 5900],
    ] as const)
      accounting.onReading(reading(atMs, usedMiB));
    accounting.onRunStarted(1040);
    expect(accounting.otherMiB()).toBe(820);
  });

  test("is read again from each run where one follows the other at once: what the device showed beyond torch's peak is others'", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 2500));
    expect(accounting.otherMiB()).toBe(0);
    for (const [startMs, peakMiB, usedMiB] of [
      [300, 4000, 4254],
      [600, 5000, 5450],
      [900, 6000, 6100],
    ] as const) {
      accounting.onRunStarted(startMs);
      accounting.onReading(reading(startMs + 200, usedMiB));
      accounting.onRunEnded(startMs + 290, peakMiB);
      accounting.onTorch(torch(2500), false, startMs + 295);
    }
    expect(accounting.otherMiB()).toBe(450);
    expect(accounting.otherSince(1190)).toBeNull();
    accounting.onReading(reading(1300, 2900));
    expect(accounting.otherMiB()).toBe(400);
  });

  test('is not read from a run whose peak torch did not count', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onRunStarted(300);
    accounting.onReading(reading(400, 7000));
    accounting.onRunEnded(500, null);
    expect(accounting.otherMiB()).toBe(800);
  });

  test("is not taken from counters of before a run's end", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onRunStarted(600);
    accounting.onRunEnded(1000, null);
    accounting.onReading(reading(1100, 5300));
    expect(accounting.otherSince(1000)).toBeNull();
    accounting.onTorch(torch(4500), false, 1150);
    accounting.onReading(reading(1200, 5300));
    expect(accounting.otherSince(1000)).toBe(800);
  });

  test("is taken from the counters of before where the host has been silent since the run's end", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onRunStarted(600);
    accounting.onRunEnded(1000, null);
    accounting.onReading(reading(1001 + HOST_TELLS_WITHIN_MS, 3320));
    expect(accounting.otherSince(1000)).toBe(820);
  });

  test("is the rest of the machine where the process's own memory is read", () => {
    const accounting = createAccounting();
    accounting.onTorch(null, false, 50);
    accounting.onReading(reading(100, 9000, 3000));
    expect(accounting.figures()).toMatchObject({ usedByWebuiMiB: 3000, usedByOthersMiB: 6000, otherMiB: 6000 });
  });

  test('is forgotten when the device can no longer be read', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onSilence();
    expect(accounting.figures()).toEqual({
      usedMiB: null,
      totalMiB: null,
      usableMiB: null,
      usedByWebuiMiB: null,
      usedByOthersMiB: null,
      otherMiB: null,
    });
  });
});

describe("the WebUI's share", () => {
  test("is all that is used beyond others' memory of before while it generates, and until its counters are told", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onProcessUsed(2900);
    accounting.onRunStarted(600);
    accounting.onReading(reading(300, 6000));
    expect(accounting.figures()).toMatchObject({ usedByWebuiMiB: 5600, usedByOthersMiB: 400, otherMiB: 800 });
    accounting.onRunEnded(400, null);
    accounting.onReading(reading(500, 4300));
    expect(accounting.figures()).toMatchObject({ usedByWebuiMiB: 3900, usedByOthersMiB: 400 });
  });

  test("holds its context once the driver has told the process's whole use", () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 3300));
    accounting.onProcessUsed(2900);
    expect(accounting.figures()).toMatchObject({ usedByWebuiMiB: 2900, usedByOthersMiB: 400, otherMiB: 800 });
  });

  test('is never more than the device shows', () => {
    const accounting = createAccounting();
    accounting.onTorch(torch(2500), false, 100);
    accounting.onReading(reading(200, 2000));
    expect(accounting.figures()).toMatchObject({ usedByWebuiMiB: 2000, usedByOthersMiB: 0, otherMiB: 0 });
  });
});
