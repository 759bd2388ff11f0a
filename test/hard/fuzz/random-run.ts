/**
 * Runs with the oddest values that can come from the wire, but none that contradict each other: those no import takes
 * over.
 */
import type { Run } from '../../../service/recorder/run.ts';
import { exampleRun } from '../../service/recorder/examples.ts';
import type { Random } from '../random.ts';

const TEXTS = [
  'plain',
  '',
  'a "quoted" \\ one',
  'line\nbreak\r\n',
  '\u2028\u2029\u0007',
  'Größe 大きさ 🖼',
  '__proto__',
  '<img src=x onerror=alert(1)>',
  ','.repeat(290),
];
const NUMBERS = [0, 0.1 + 0.2, 1e-7, 5e-324, 1 / 3, 2 ** 24, 2 ** 24 - 1e-9, 123456.789, 1_790_000.000_000_1];

export function randomRun(random: Random, at: number): Run {
  const mib = () => (random.unit() < 0.3 ? null : random.pick(NUMBERS));
  const counter = () => random.unit() * 16_000;
  /** Active memory is a part of what is reserved. */
  const peaks = (mostMiB = { activePeakMiB: Infinity, reservedPeakMiB: Infinity }) => {
    const reservedPeakMiB = Math.min(counter(), mostMiB.reservedPeakMiB);
    return { activePeakMiB: Math.min(random.unit() * reservedPeakMiB, mostMiB.activePeakMiB), reservedPeakMiB };
  };
  const { activePeakMiB: allocatedMiB, reservedPeakMiB: reservedMiB } = peaks();
  const torch = random.pick([null, { ...peaks(), allocRetries: random.below(9), ooms: random.below(3) }]);
  const [deviceUsedMiB, otherMiB, devicePeakMiB] = [mib(), mib(), mib()];
  const totalMiB = random.pick([null, Math.max(1, deviceUsedMiB ?? 0, otherMiB ?? 0, devicePeakMiB ?? 0)]);
  const width = 64 + random.below(4000);
  return exampleRun({
    runId: `run-${at}`,
    keyHash: random.pick(['a', 'b', 'ü']),
    sessionId: random.pick([null, 'session']),
    origin: random.pick(['benchmark', 'warm-up', 'ordinary']),
    startedAtMs: random.pick([0, 1_790_000_000_000.5, at]),
    endedAtMs: random.pick(NUMBERS),
    settings: { operation: 'txt2img', width, height: 512, batchSize: 1 + random.below(8), hires: null },
    capMiB: mib(),
    condUncondBatched: random.pick([true, false, null]),
    extras: Array.from({ length: random.below(4) }, () => random.pick(TEXTS)),
    baseline: { deviceUsedMiB, otherMiB, torch: random.pick([null, { allocatedMiB, reservedMiB }]) },
    totalMiB,
    usableMiB: random.pick([null, totalMiB]),
    devicePeakMiB,
    ownPeakMiB: mib(),
    torch,
    phases: Array.from({ length: random.below(5) }, () => ({
      phase: 'sampling' as const,
      ...peaks(torch ?? undefined),
      durationMs: random.pick(NUMBERS),
    })),
    outcome: random.pick(['ok', 'oom', 'interrupted', 'failed']),
    durationMs: random.pick(NUMBERS),
    error: random.pick([null, ...TEXTS]),
    estimatedPeakMiB: mib(),
    estimatedPeakRange: random.pick([null, { lowMiB: 5, highMiB: 1e6, firm: true, similar: false }]),
    marks: random.pick([[], ['disturbed', 'extras']]),
  });
}
