import type { TorchNow } from '../protocol/run.ts';

/**
 * The device at one moment. `usableMiB`: what programs can have of the total in all, which is less where the driver
 * keeps a part and does not count it as used. `ownUsedMiB`: the WebUI's process's share where the source gives it, else
 * null.
 */
export interface MemoryReading {
  /** By the monotonic clock, as every time in here: what is younger is told by it, and the wall clock may jump. */
  readonly monotonicMs: number;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly usableMiB: number | null;
  readonly ownUsedMiB: number | null;
}

/** What a person is shown. `otherMiB` is all that is not torch's, the WebUI's CUDA context included. */
export interface MemoryFigures {
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly usableMiB: number | null;
  readonly usedByWebuiMiB: number | null;
  readonly usedByOthersMiB: number | null;
  readonly otherMiB: number | null;
}

/**
 * After a run the host tells its counters at once, or, where they are as they were, not at all: silence for so long
 * says so.
 */
export const HOST_TELLS_WITHIN_MS = 1_500;
/** So late may the word of a run's start come at most. */
export const START_TOLD_WITHIN_MS = 5_000;

/**
 * Splits what the device shows into the WebUI's share and the rest.
 *
 * With torch's counters: other = device used - torch reserved, taken while nothing generates, from a reading of the
 * device that is younger than the counters (a generation moves both, and they arrive apart). Estimates are of torch's
 * memory; adding `other` makes them comparable with what nvidia-smi shows. Without counters: other = device used - the
 * process's own memory. The share shown as the WebUI's is torch's reserved memory plus its context, where the driver
 * has told the process's whole use; while it generates, all that is used beyond what others had before.
 */
export interface Accounting {
  onReading(reading: MemoryReading): void;
  /** The device can no longer be read: a figure of before would be a lie. */
  onSilence(): void;
  /** The host's counters as they stand at `monotonicMs`; null where it has none. */
  onTorch(torch: TorchNow | null, generating: boolean, monotonicMs: number): void;
  /** A run has started at `monotonicMs`, which may be some time ago: what was read since is of the run. */
  onRunStarted(monotonicMs: number): void;
  /**
   * Until the host has told its counters, or been silent, they are not trusted. `reservedPeakMiB`: torch's, null where
   * it was not counted. What the device showed in the run beyond that was others': where the next run follows at once,
   * nothing else tells of them.
   */
  onRunEnded(monotonicMs: number, reservedPeakMiB: number | null): void;
  /** The driver's figure for the WebUI's process; null where it gives none. */
  onProcessUsed(usedMiB: number | null): void;
  /** The WebUI went away: its counters and its context are gone with it. */
  forgetHost(): void;
  readonly latest: MemoryReading | null;
  readonly generating: boolean;
  otherMiB(): number | null;
  /** The same, if it was taken after `monotonicMs`; else null. */
  otherSince(monotonicMs: number): number | null;
  figures(): MemoryFigures;
}

interface Other {
  readonly mib: number;
  readonly monotonicMs: number;
}

export function createAccounting(): Accounting {
  let latest: MemoryReading | null = null;
  let torch: TorchNow | null = null;
  let trustedFromMs = -Infinity;
  let generating = false;
  let other: Other | null = null;
  /**
   * `other` since the last run: the last one that is surely from before a start that is heard of now, or the first, and
   * those after it.
   */
  let recent: Other[] = [];
  let contextMiB: number | null = null;
  /** The highest reading of the run in hand. */
  let runPeak: { readonly usedMiB: number; readonly monotonicMs: number } | null = null;

  function updateOther({ usedMiB, ownUsedMiB, monotonicMs }: MemoryReading): void {
    if (usedMiB === null) return;
    if (torch === null) other = ownUsedMiB === null ? null : { mib: Math.max(0, usedMiB - ownUsedMiB), monotonicMs };
    else if (!generating && monotonicMs >= trustedFromMs) {
      other = { mib: Math.max(0, usedMiB - torch.reservedMiB), monotonicMs };
      recent = [
        ...recent.slice(
          Math.max(
            0,
            recent.findLastIndex((one) => one.monotonicMs <= monotonicMs - START_TOLD_WITHIN_MS),
          ),
        ),
        other,
      ];
    }
  }

  function raiseOther(reservedPeakMiB: number): void {
    if (runPeak === null || other === null) return;
    const shownMiB = runPeak.usedMiB - reservedPeakMiB;
    if (shownMiB > other.mib) other = { mib: shownMiB, monotonicMs: runPeak.monotonicMs };
  }

  function webuiOf({ usedMiB, ownUsedMiB }: MemoryReading): number | null {
    if (usedMiB === null) return null;
    if (torch === null) return ownUsedMiB === null ? null : Math.min(ownUsedMiB, usedMiB);
    const contextOrNoneMiB = contextMiB ?? 0;
    // While it generates its counters lag behind: what is used beyond what others had before is its own.
    const ownMiB =
      other === null ? torch.reservedMiB + contextOrNoneMiB : usedMiB - Math.max(0, other.mib - contextOrNoneMiB);
    return Math.max(0, Math.min(ownMiB, usedMiB));
  }

  return {
    onReading: (reading) => {
      latest = reading;
      updateOther(reading);
      const { usedMiB, monotonicMs } = reading;
      if (generating && usedMiB !== null && usedMiB > (runPeak?.usedMiB ?? 0)) runPeak = { usedMiB, monotonicMs };
    },
    onSilence: () => {
      latest = null;
      other = null;
      recent = [];
    },
    onTorch: (now, isGenerating, monotonicMs) => {
      torch = now;
      trustedFromMs = monotonicMs;
      generating = isGenerating;
    },
    onRunStarted: (monotonicMs) => {
      generating = true;
      other = recent.findLast((one) => one.monotonicMs <= monotonicMs) ?? recent[0] ?? other;
      recent = [];
      runPeak = null;
    },
    onRunEnded: (monotonicMs, reservedPeakMiB) => {
      generating = false;
      if (reservedPeakMiB !== null && torch !== null) raiseOther(reservedPeakMiB);
      trustedFromMs = monotonicMs + HOST_TELLS_WITHIN_MS;
    },
    onProcessUsed: (usedMiB) => {
      if (usedMiB !== null && torch !== null && !generating) contextMiB = Math.max(0, usedMiB - torch.reservedMiB);
    },
    forgetHost: () => {
      torch = null;
      generating = false;
      contextMiB = null;
      other = null;
      recent = [];
    },
    get latest() {
      return latest;
    },
    get generating() {
      return generating;
    },
    otherMiB: () => other?.mib ?? null,
    otherSince: (monotonicMs) => (other !== null && other.monotonicMs > monotonicMs ? other.mib : null),
    figures: () => {
      const usedMiB = latest?.usedMiB ?? null;
      const webuiMiB = latest === null ? null : webuiOf(latest);
      return {
        usedMiB,
        totalMiB: latest?.totalMiB ?? null,
        usableMiB: latest?.usableMiB ?? null,
        usedByWebuiMiB: webuiMiB,
        usedByOthersMiB: usedMiB === null || webuiMiB === null ? null : usedMiB - webuiMiB,
        otherMiB: other?.mib ?? null,
      };
    },
  };
}
