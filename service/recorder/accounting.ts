import type { TorchNow } from '../protocol/run.ts';

/** The device at one moment. `ownUsedMiB`: the WebUI's process's share where the source gives it, else null. */
export interface MemoryReading {
  readonly atMs: number;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly ownUsedMiB: number | null;
}

/** What a person is shown. `otherMiB` is all that is not torch's, the WebUI's CUDA context included. */
export interface MemoryFigures {
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly usedByWebuiMiB: number | null;
  readonly usedByOthersMiB: number | null;
  readonly otherMiB: number | null;
}

/**
 * Splits what the device shows into the WebUI's share and the rest.
 *
 * With torch's counters: other = device used - torch reserved, taken while nothing generates, from a reading of the device that is
 * younger than the counters (a generation moves both, and they arrive apart). Estimates are of torch's memory; adding `other`
 * makes them comparable with what nvidia-smi shows. Without counters: other = device used - the process's own memory.
 * The share shown as the WebUI's is torch's reserved memory plus its context, where the driver has told the process's whole use.
 */
export interface Accounting {
  onReading(reading: MemoryReading): void;
  /** The device can no longer be read: a figure of before would be a lie. */
  onSilence(): void;
  onTorch(torch: TorchNow | null, generating: boolean, atMs: number): void;
  /** The driver's figure for the WebUI's process; null where it gives none. */
  onProcessUsed(usedMiB: number | null): void;
  /** The WebUI went away: its counters and its context are gone with it. */
  forgetHost(): void;
  readonly latest: MemoryReading | null;
  readonly torch: TorchNow | null;
  readonly generating: boolean;
  otherMiB(): number | null;
  /** The same, if both the counters and the reading are younger than `atMs` and nothing generates; else null. */
  idleOtherSince(atMs: number): number | null;
  figures(): MemoryFigures;
}

export function createAccounting(): Accounting {
  let latest: MemoryReading | null = null;
  let torch: TorchNow | null = null;
  let torchAtMs = 0;
  let generating = false;
  let idleOtherMiB: number | null = null;
  let contextMiB: number | null = null;

  function updateOther(): void {
    if (latest === null || latest.usedMiB === null) return;
    if (torch === null) idleOtherMiB = latest.ownUsedMiB === null ? null : Math.max(0, latest.usedMiB - latest.ownUsedMiB);
    else if (!generating && latest.atMs > torchAtMs) idleOtherMiB = Math.max(0, latest.usedMiB - torch.reservedMiB);
  }

  function usedByWebuiMiB(usedMiB: number): number | null {
    const own = torch === null ? (latest?.ownUsedMiB ?? null) : torch.reservedMiB + (contextMiB ?? 0);
    return own === null ? null : Math.min(own, usedMiB);
  }

  return {
    onReading: (reading) => {
      latest = reading;
      updateOther();
    },
    onSilence: () => {
      latest = null;
      idleOtherMiB = null;
    },
    onTorch: (now, isGenerating, atMs) => {
      torch = now;
      torchAtMs = atMs;
      generating = isGenerating;
    },
    onProcessUsed: (usedMiB) => {
      contextMiB = usedMiB === null || torch === null || generating ? contextMiB : Math.max(0, usedMiB - torch.reservedMiB);
    },
    forgetHost: () => {
      torch = null;
      generating = false;
      contextMiB = null;
      idleOtherMiB = null;
    },
    get latest() {
      return latest;
    },
    get torch() {
      return torch;
    },
    get generating() {
      return generating;
    },
    otherMiB: () => idleOtherMiB,
    idleOtherSince: (atMs) => {
      if (latest === null || generating || latest.atMs <= atMs) return null;
      return torch !== null && (torchAtMs < atMs || latest.atMs <= torchAtMs) ? null : idleOtherMiB;
    },
    figures: () => {
      const usedMiB = latest?.usedMiB ?? null;
      const webuiMiB = usedMiB === null ? null : usedByWebuiMiB(usedMiB);
      return {
        usedMiB,
        totalMiB: latest?.totalMiB ?? null,
        usedByWebuiMiB: webuiMiB,
        usedByOthersMiB: usedMiB === null || webuiMiB === null ? null : usedMiB - webuiMiB,
        otherMiB: idleOtherMiB,
      };
    },
  };
}
