import type { Run } from '../../../service/recorder/run.ts';
import { SD15_LIKE, settingsOf, truth } from '../model/synthetic-host.ts';

/** A run with nothing against it; `changes` make it another. */
export function exampleRun(changes: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    keyHash: 'db8992cf941b185a',
    sessionId: 'session-1',
    origin: 'benchmark',
    startedAtMs: 1_790_000_000_000,
    endedAtMs: 1_790_000_001_000,
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
    capMiB: null,
    condUncondBatched: true,
    extras: [],
    baseline: { deviceUsedMiB: 3300, otherMiB: 800, torch: { allocatedMiB: 2400, reservedMiB: 2500 } },
    totalMiB: 8192,
    usableMiB: 8192,
    devicePeakMiB: 4300,
    ownPeakMiB: null,
    torch: { activePeakMiB: 3000, reservedPeakMiB: 3500, allocRetries: 0, ooms: 0 },
    loadedMiB: null,
    phases: [{ phase: 'sampling', activePeakMiB: 3000, reservedPeakMiB: 3500, durationMs: 700 }],
    outcome: 'ok',
    durationMs: 1000,
    error: null,
    estimatedPeakMiB: null,
    estimatedPeakRange: null,
    marks: [],
    ...changes,
  };
}

/** Enough runs of one key to estimate from. */
export function calibratingRuns(keyHash: string): Run[] {
  const all = [256, 512, 768, 1024].flatMap((px) =>
    [1, 2, 4].map((batchSize) => settingsOf('txt2img', px, px, batchSize)),
  );
  return all.map((settings) => measuredRun(settings, { runId: `${settings.width}-${settings.batchSize}`, keyHash }));
}

/** With the peaks that these settings have on the synthetic host, or so many times as much. */
export function measuredRun(settings: Run['settings'], changes: Partial<Run> = {}, times = 1): Run {
  const { activeMiB, reservedMiB } = truth(SD15_LIKE, settings);
  const torch = { activePeakMiB: activeMiB * times, reservedPeakMiB: reservedMiB * times, allocRetries: 0, ooms: 0 };
  // They stand on the synthetic host's weights, of whose segments 100 MiB are free.
  const { staticMiB } = SD15_LIKE;
  const before = { allocatedMiB: staticMiB, reservedMiB: staticMiB + 100 };
  const baseline = { deviceUsedMiB: 800 + before.reservedMiB, otherMiB: 800, torch: before };
  return exampleRun({ settings, torch, phases: [], baseline, ...changes });
}

/** So many of different sizes, of one key. */
export function measuredRuns(count: number): Run[] {
  return Array.from({ length: count }, (_, n) =>
    measuredRun(settingsOf('txt2img', 256 + 64 * n, 256 + 64 * n, 1 + (n % 3)), { runId: `r${n}` }),
  );
}
