import { describe, expect, test } from '@jest/globals';
import { summaryOf } from '../../../service/recording/summary.ts';
import { end, recording, sample, torchLine } from './examples.ts';

describe('of a device', () => {
  test('the top, the program’s most and what others had at the top are told', () => {
    const { devices, samples } = summaryOf(recording([sample(0, 500), sample(900, 3000), sample(1200, 2000), end()]));
    expect(samples).toBe(30);
    expect(devices[0]).toMatchObject({
      peakMiB: 3000,
      peakAfterMs: 900,
      programPeakMiB: 2500,
      by: 'difference',
      othersMiB: 500,
    });
  });

  test('the driver’s own word on the program counts where it is more than the samples saw', () => {
    const told = {
      type: 'programs' as const,
      afterMs: 950,
      device: 0,
      programMiB: 2600,
      others: [
        { name: 'Xorg', usedMiB: 100 },
        { name: 'firefox', usedMiB: 300 },
      ],
    };
    const { devices } = summaryOf(
      recording([
        sample(900, 3000),
        told,
        {
          ...told,
          others: [
            { name: 'Xorg', usedMiB: 180 },
            { name: 'dwm.exe', usedMiB: null },
          ],
        },
      ]),
    );
    expect(devices[0]).toMatchObject({ programPeakMiB: 2600, by: 'driver' });
    expect(devices[0]?.otherPrograms).toEqual([
      { name: 'firefox', usedMiB: 300 },
      { name: 'Xorg', usedMiB: 180 },
      { name: 'dwm.exe', usedMiB: null },
    ]);
  });

  test('figures that nobody read are null, not 0', () => {
    const { devices, ram } = summaryOf(recording([sample(0, null, { residentMiB: null, programMiB: [null] })]));
    expect(devices[0]).toMatchObject({ peakMiB: null, programPeakMiB: null, othersMiB: null });
    expect(ram).toBeNull();
  });
});

describe('of torch', () => {
  test('the peaks hold though the program set them back', () => {
    const { torch } = summaryOf(
      recording([
        torchLine(100, { activePeakMiB: 5000, reservedPeakMiB: 6000 }),
        torchLine(200, { activePeakMiB: 2100, reservedPeakMiB: 2300 }),
      ]),
    );
    expect(torch).toMatchObject({ activePeakMiB: 5000, reservedPeakMiB: 6000 });
  });

  test('at rest is the level before the peak to which it came back', () => {
    const lines = [
      // Weights are loaded: it waits for the disk, and never comes back to this.
      torchLine(100, { allocatedMiB: 900, restMs: 5000 }),
      torchLine(5100, { allocatedMiB: 2000, restMs: 800 }),
      // A long kernel holds what it works on.
      torchLine(6000, { allocatedMiB: 3500, restMs: 700, activePeakMiB: 3500 }),
      torchLine(6700, { allocatedMiB: 4000, restMs: 100, activePeakMiB: 4100 }),
      torchLine(6800, { allocatedMiB: 2050, restMs: 900, activePeakMiB: 4100 }),
    ];
    expect(summaryOf(recording(lines)).torch).toMatchObject({ idleMiB: 2000, activePeakMiB: 4100, peakAfterMs: 6700 });
  });

  test('what stands at the end is a level to which it came back', () => {
    const lines = [
      torchLine(100, { allocatedMiB: 2000, restMs: 800 }),
      torchLine(900, { allocatedMiB: 3500, restMs: 900, activePeakMiB: 3500 }),
      torchLine(1800, { allocatedMiB: 4000, restMs: 100, activePeakMiB: 4100 }),
      torchLine(1900, { allocatedMiB: 2010, activePeakMiB: 4100 }),
    ];
    expect(summaryOf(recording(lines)).torch?.idleMiB).toBe(2000);
  });

  test('a program that was killed at its peak rested where it rested longest', () => {
    const lines = [
      torchLine(100, { allocatedMiB: 900, restMs: 300 }),
      torchLine(400, { allocatedMiB: 2000, restMs: 800 }),
      torchLine(1200, { allocatedMiB: 4000, activePeakMiB: 4100 }),
    ];
    expect(summaryOf(recording(lines)).torch?.idleMiB).toBe(2000);
  });

  test('a program that never rested says nothing of it', () => {
    expect(summaryOf(recording([torchLine(100), torchLine(200, { activePeakMiB: 3000 })])).torch?.idleMiB).toBeNull();
  });

  test('of several processes the one that reserved most is told, and how many there were', () => {
    const { torch } = summaryOf(
      recording([torchLine(100, { pid: 1 }), torchLine(100, { pid: 2, reservedPeakMiB: 4000 })]),
    );
    expect(torch).toMatchObject({ pid: 2, counted: 2 });
  });

  test('is null without counters', () => {
    expect(summaryOf(recording([])).torch).toBeNull();
  });
});

test('a recording that was cut short is summed up from what there is', () => {
  expect(summaryOf(recording([sample(0, 500), sample(900, 3000)]))).toMatchObject({
    samples: 2,
    durationMs: 900,
    lacks: [],
  });
});
