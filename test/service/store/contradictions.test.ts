import { describe, expect, test } from '@jest/globals';
import type { Run } from '../../../service/recorder/run.ts';
import { contradictionIn } from '../../../service/store/contradictions.ts';
import { exampleRun } from '../recorder/examples.ts';

const torch = (activePeakMiB: number, reservedPeakMiB: number) => ({
  activePeakMiB,
  reservedPeakMiB,
  allocRetries: 0,
  ooms: 0,
});
const phase = (activePeakMiB: number, reservedPeakMiB: number) => ({
  phase: 'decode' as const,
  activePeakMiB,
  reservedPeakMiB,
  durationMs: 1,
});

/** The example has 3000 MiB active in 3500 reserved, on a card of 8192. */
test.each<[Partial<Run>, string]>([
  [{ totalMiB: 0, usableMiB: null }, 'run.totalMiB: less than 1 MiB, which no device has'],
  [{ usableMiB: 0 }, 'run.usableMiB: less than 1 MiB, which no device has'],
  [{ usableMiB: 8193 }, 'run.usableMiB: above run.totalMiB'],
  [{ devicePeakMiB: 8300 }, 'run.devicePeakMiB: above run.totalMiB'],
  [
    { baseline: { deviceUsedMiB: 8300, otherMiB: null, torch: null } },
    'run.baseline.deviceUsedMiB: above run.totalMiB',
  ],
  [{ baseline: { deviceUsedMiB: null, otherMiB: 8300, torch: null } }, 'run.baseline.otherMiB: above run.totalMiB'],
  [
    { baseline: { deviceUsedMiB: null, otherMiB: null, torch: { allocatedMiB: 2, reservedMiB: 1 } } },
    'run.baseline.torch.allocatedMiB: above run.baseline.torch.reservedMiB',
  ],
  [{ torch: torch(3501, 3500) }, 'run.torch.activePeakMiB: above run.torch.reservedPeakMiB'],
  [{ phases: [phase(1, 1), phase(2, 1)] }, 'run.phases.1.activePeakMiB: above run.phases.1.reservedPeakMiB'],
  [{ phases: [phase(3001, 3400)] }, 'run.phases.0.activePeakMiB: above run.torch.activePeakMiB'],
  [{ phases: [phase(3000, 3501)] }, 'run.phases.0.reservedPeakMiB: above run.torch.reservedPeakMiB'],
  [
    { estimatedPeakRange: { lowMiB: 4647, highMiB: -1, firm: false, similar: false } },
    'run.estimatedPeakRange.lowMiB: above run.estimatedPeakRange.highMiB',
  ],
])('a run with %j contradicts itself', (changes, words) => {
  expect(contradictionIn(exampleRun(changes))).toBe(words);
});

describe('no contradiction is', () => {
  test.each<[string, Partial<Run>]>([
    ['a run with nothing against it', {}],
    [
      'a run without figures',
      {
        totalMiB: null,
        usableMiB: null,
        devicePeakMiB: null,
        torch: null,
        baseline: { deviceUsedMiB: null, otherMiB: null, torch: null },
      },
    ],
    ['the end before the start: a clock was put back', { endedAtMs: 1 }],
    [
      "a peak above what programs can have: the driver's part may be counted as used",
      { usableMiB: 7900, devicePeakMiB: 8100 },
    ],
    ['a peak above the total by what rounding does', { devicePeakMiB: 8193 }],
    ['more reserved than there is: the driver gave out RAM', { torch: torch(9000, 12_000) }],
    [
      "RAM that shrank meanwhile, or of which the process's own counts files that others could have",
      { totalMiB: 4000, usableMiB: 4000, devicePeakMiB: 4300, ownPeakMiB: 5000 },
    ],
    ['a phase of a run whose own counters never came', { torch: null, phases: [phase(9000, 9000)] }],
    [
      "others' above what was used: the two readings are of different moments",
      { baseline: { deviceUsedMiB: 800, otherMiB: 900, torch: null } },
    ],
  ])('%s', (_what, changes) => {
    expect(contradictionIn(exampleRun(changes))).toBeNull();
  });
});
