import { describe, expect, test } from '@jest/globals';
import {
  HOST_TELLS_WITHIN_MS,
  createLedger,
  type MemoryReading,
  otherMiB,
  otherSince,
  figuresOf,
} from '../../../service/memory/ledger.ts';

function reading(monotonicMs: number, usedMiB: number | null, processMiB: number | null = null): MemoryReading {
  return { monotonicMs, usedMiB, totalMiB: 8192, usableMiB: 8192, processMiB };
}
const torch = (reservedMiB: number) => ({ allocatedMiB: reservedMiB - 100, reservedMiB });

describe("what is not torch's", () => {
  test('is what the device shows less what torch has reserved', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    expect(figuresOf(ledger.now)).toEqual({
      usedMiB: 3300,
      totalMiB: 8192,
      usableMiB: 8192,
      webuiMiB: 2500,
      othersMiB: 800,
      otherMiB: 800,
      loaded: 'nothing',
    });
  });

  test('is unknown before the counters and a younger reading are there', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'reading', reading: reading(100, 3300) });
    expect(otherMiB(ledger.now)).toBeNull();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 150 });
    expect(otherMiB(ledger.now)).toBeNull();
  });

  test('stays as it was while the WebUI generates', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'run-started', monotonicMs: 600 });
    ledger.tell({ type: 'reading', reading: reading(300, 6000) });
    expect(otherMiB(ledger.now)).toBe(800);
  });

  test("is not what was read while the word of a run's start was on its way", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    for (const [atMs, usedMiB] of [
      [200, 3300],
      [1200, 3310],
      [1500, 5900],
      [1580, 6100],
    ] as const)
      ledger.tell({ type: 'reading', reading: reading(atMs, usedMiB) });
    ledger.tell({ type: 'run-started', monotonicMs: 1400 });
    expect(otherMiB(ledger.now)).toBe(810);
  });

  const idleAt3300 = () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'process-used', usedMiB: 2900 });
    return ledger;
  };

  test('is told as it was where one reading alone shows far more: a run may have begun whose start is still to come', () => {
    const ledger = idleAt3300();
    ledger.tell({ type: 'reading', reading: reading(1200, 6300) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 5900, othersMiB: 400, otherMiB: 800 });
    ledger.tell({ type: 'run-started', monotonicMs: 1150 });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 5900, othersMiB: 400, otherMiB: 800 });
  });

  test("is told as it was where a run's reading comes after the counters of its end", () => {
    const ledger = idleAt3300();
    ledger.tell({ type: 'run-started', monotonicMs: 1000 });
    ledger.tell({ type: 'run-ended', monotonicMs: 1100, reservedPeakMiB: 5500, outcome: 'ok' });
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 1101 });
    ledger.tell({ type: 'reading', reading: reading(1102, 6300) });
    expect(figuresOf(ledger.now)).toMatchObject({ othersMiB: 400, otherMiB: 800 });
    ledger.tell({ type: 'reading', reading: reading(2102, 3300) });
    expect(figuresOf(ledger.now)).toMatchObject({ othersMiB: 400, otherMiB: 800 });
  });

  test('is told to be more once a second reading shows it, and at once where it is little', () => {
    const ledger = idleAt3300();
    ledger.tell({ type: 'reading', reading: reading(1200, 3500) });
    expect(figuresOf(ledger.now)).toMatchObject({ othersMiB: 600, otherMiB: 1000 });
    ledger.tell({ type: 'reading', reading: reading(2200, 6300) });
    ledger.tell({ type: 'reading', reading: reading(3200, 6310) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2900, othersMiB: 3410, otherMiB: 3810 });
    ledger.tell({ type: 'reading', reading: reading(4200, 3300) });
    expect(figuresOf(ledger.now)).toMatchObject({ othersMiB: 400, otherMiB: 800 });
  });

  test('is what it was before the last run, where all that was read since may be of the next', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'run-started', monotonicMs: 600 });
    ledger.tell({ type: 'run-ended', monotonicMs: 1000, reservedPeakMiB: null, outcome: 'ok' });
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 1010 });
    for (const [atMs, usedMiB] of [
      [1050, 3320],
      [1150, 5900],
    ] as const)
      ledger.tell({ type: 'reading', reading: reading(atMs, usedMiB) });
    ledger.tell({ type: 'run-started', monotonicMs: 1040 });
    expect(otherMiB(ledger.now)).toBe(800);
  });

  test("is read again from each run where one follows the other at once: what the device showed beyond torch's peak is others'", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 2500) });
    expect(otherMiB(ledger.now)).toBe(0);
    for (const [startMs, peakMiB, usedMiB] of [
      [300, 4000, 4254],
      [600, 5000, 5450],
      [900, 6000, 6100],
    ] as const) {
      ledger.tell({ type: 'run-started', monotonicMs: startMs });
      ledger.tell({ type: 'reading', reading: reading(startMs + 200, usedMiB) });
      ledger.tell({ type: 'run-ended', monotonicMs: startMs + 290, reservedPeakMiB: peakMiB, outcome: 'ok' });
      ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: startMs + 295 });
    }
    expect(otherMiB(ledger.now)).toBe(450);
    expect(otherSince(ledger.now, 1190)).toBeNull();
    ledger.tell({ type: 'reading', reading: reading(1300, 2900) });
    expect(otherMiB(ledger.now)).toBe(400);
  });

  test('is not read from a run whose peak torch did not count', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'run-started', monotonicMs: 300 });
    ledger.tell({ type: 'reading', reading: reading(400, 7000) });
    ledger.tell({ type: 'run-ended', monotonicMs: 500, reservedPeakMiB: null, outcome: 'ok' });
    expect(otherMiB(ledger.now)).toBe(800);
  });

  test("is not taken from counters of before a run's end", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'run-started', monotonicMs: 600 });
    ledger.tell({ type: 'run-ended', monotonicMs: 1000, reservedPeakMiB: null, outcome: 'ok' });
    ledger.tell({ type: 'reading', reading: reading(1100, 5300) });
    expect(otherSince(ledger.now, 1000)).toBeNull();
    ledger.tell({ type: 'counters', torch: torch(4500), generating: false, monotonicMs: 1150 });
    ledger.tell({ type: 'reading', reading: reading(1200, 5300) });
    expect(otherSince(ledger.now, 1000)).toBe(800);
  });

  test("is taken from the counters of before where the host has been silent since the run's end", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'run-started', monotonicMs: 600 });
    ledger.tell({ type: 'run-ended', monotonicMs: 1000, reservedPeakMiB: null, outcome: 'ok' });
    ledger.tell({ type: 'reading', reading: reading(1001 + HOST_TELLS_WITHIN_MS, 3320) });
    expect(otherSince(ledger.now, 1000)).toBe(820);
  });

  test("is the rest of the machine where the process's own memory is read", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: null, generating: false, monotonicMs: 50 });
    ledger.tell({ type: 'reading', reading: reading(100, 9000, 3000) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 3000, othersMiB: 6000, otherMiB: 6000 });
  });

  test('is forgotten when the device can no longer be read', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'silence' });
    expect(figuresOf(ledger.now)).toEqual({
      usedMiB: null,
      totalMiB: null,
      usableMiB: null,
      webuiMiB: null,
      othersMiB: null,
      otherMiB: null,
      loaded: 'nothing',
    });
  });
});

describe("the WebUI's share", () => {
  test("is all that is used beyond others' memory of before while it generates, and until its counters are told", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'process-used', usedMiB: 2900 });
    ledger.tell({ type: 'run-started', monotonicMs: 600 });
    ledger.tell({ type: 'reading', reading: reading(300, 6000) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 5600, othersMiB: 400, otherMiB: 800 });
    ledger.tell({ type: 'run-ended', monotonicMs: 400, reservedPeakMiB: null, outcome: 'ok' });
    ledger.tell({ type: 'reading', reading: reading(500, 4300) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 3900, othersMiB: 400 });
  });

  test("holds its context once the driver has told the process's whole use", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 3300) });
    ledger.tell({ type: 'process-used', usedMiB: 2900 });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2900, othersMiB: 400, otherMiB: 800 });
  });

  test('is never more than the device shows', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: 100 });
    ledger.tell({ type: 'reading', reading: reading(200, 2000) });
    expect(figuresOf(ledger.now)).toMatchObject({ webuiMiB: 2000, othersMiB: 0, otherMiB: 0 });
  });
});

describe("what CUDA loads with a process's first picture", () => {
  const loaded = (ledger: ReturnType<typeof createLedger>) => figuresOf(ledger.now).loaded;

  function idle(ledger: ReturnType<typeof createLedger>, atMs: number, usedMiB = 3300): void {
    ledger.tell({ type: 'counters', torch: torch(2500), generating: false, monotonicMs: atMs });
    ledger.tell({ type: 'reading', reading: reading(atMs + 50, usedMiB) });
  }

  function run(ledger: ReturnType<typeof createLedger>, atMs: number, outcome: 'ok' | 'oom' | 'failed'): void {
    ledger.tell({ type: 'run-started', monotonicMs: atMs });
    ledger.tell({ type: 'run-ended', monotonicMs: atMs + 500, reservedPeakMiB: null, outcome });
  }

  test('is in the others once they are read after it, and not before', () => {
    const ledger = createLedger();
    idle(ledger, 100);
    expect(loaded(ledger)).toBe('nothing');
    run(ledger, 1000, 'ok');
    expect(loaded(ledger)).toBe('nothing');
    idle(ledger, 2000, 3444);
    expect(figuresOf(ledger.now)).toMatchObject({ loaded: 'all', otherMiB: 944 });
  });

  test.each(['oom', 'failed'] as const)('may be there in part after a generation that ended %s', (outcome) => {
    const ledger = createLedger();
    idle(ledger, 100);
    run(ledger, 1000, outcome);
    idle(ledger, 2000);
    expect(loaded(ledger)).toBe('some');
    run(ledger, 3000, 'ok');
    run(ledger, 4000, outcome);
    idle(ledger, 5000);
    expect(loaded(ledger)).toBe('all');
  });

  test('may be there in part where the others are known by what the run showed alone', () => {
    const ledger = createLedger();
    idle(ledger, 100);
    ledger.tell({ type: 'run-started', monotonicMs: 1000 });
    ledger.tell({ type: 'reading', reading: reading(1200, 4500) });
    ledger.tell({ type: 'run-ended', monotonicMs: 1500, reservedPeakMiB: 3600, outcome: 'ok' });
    expect(figuresOf(ledger.now)).toMatchObject({ loaded: 'some', otherMiB: 900 });
  });

  test('is there where the WebUI had generated before it was known here, and not in the next process', () => {
    const ledger = createLedger();
    ledger.tell({ type: 'has-generated' });
    idle(ledger, 100);
    expect(loaded(ledger)).toBe('all');
    ledger.tell({ type: 'host-gone' });
    idle(ledger, 5000);
    expect(loaded(ledger)).toBe('nothing');
  });

  test('is told with the others as they are told: a large rise once a second reading shows it', () => {
    const ledger = createLedger();
    idle(ledger, 100);
    run(ledger, 1000, 'ok');
    idle(ledger, 2000, 3900);
    expect(figuresOf(ledger.now)).toMatchObject({ loaded: 'nothing', otherMiB: 800 });
    idle(ledger, 3000, 3900);
    expect(figuresOf(ledger.now)).toMatchObject({ loaded: 'all', otherMiB: 1400 });
  });

  test("is the process's own where that is read", () => {
    const ledger = createLedger();
    ledger.tell({ type: 'counters', torch: null, generating: false, monotonicMs: 50 });
    ledger.tell({ type: 'reading', reading: reading(100, 9000, 3000) });
    expect(loaded(ledger)).toBe('all');
  });
});
