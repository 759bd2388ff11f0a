/**
 * One of two that are compared: a recording, or a run of the WebUI; as figures of the same names, null where not known.
 */
import { allocConfIn } from '../hosts/key.ts';
import { measuredPeakMiB } from '../recorder/measured.ts';
import type { Run, StoredEnvironment } from '../recorder/run.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';

export interface Figures {
  /** The top of the device. */
  readonly deviceMiB: number | null;
  /** Allocated before the work began. */
  readonly weightsMiB: number | null;
  /** The active peak beyond that. */
  readonly activationsMiB: number | null;
  /** Both together: the active peak. */
  readonly tensorsMiB: number | null;
  /** Reserved and not active, at the peaks. */
  readonly cacheMiB: number | null;
  /** On the device for the program, and not torch's. */
  readonly contextMiB: number | null;
  readonly othersMiB: number | null;
  /** Both together: all on the device that is not torch's. */
  readonly outsideMiB: number | null;
  readonly programMiB: number | null;
  readonly ramMiB: number | null;
}

/** What is known of how it worked; null where it is not. */
export interface Facts {
  readonly device: string | null;
  readonly torchVersion: string | null;
  readonly settings: GenerationSettings | null;
  readonly livePreviewFull: boolean | null;
  readonly checkpointsKept: number | null;
  readonly condUncondBatched: boolean | null;
  readonly vaePrecision: string | null;
  readonly weightsPrecision: string | null;
  readonly attention: string | null;
  readonly vramMode: string | null;
  /** '' where PyTorch's allocator has no settings. */
  readonly allocConf: string | null;
  readonly extras: readonly string[] | null;
  readonly allocRetries: number | null;
  /** Active peaks by phase. */
  readonly phasesMiB: Readonly<Partial<Record<Phase, number>>>;
  readonly otherPrograms: readonly { readonly name: string; readonly usedMiB: number | null }[];
}

export interface Side {
  readonly kind: 'recording' | 'run';
  /** As the person named it. */
  readonly name: string;
  readonly what: string;
  readonly figures: Figures;
  readonly facts: Facts;
}

export function sideOfRun(name: string, run: Run, environment: StoredEnvironment | null): Side {
  return {
    kind: 'run',
    name,
    what: environment?.checkpoint ?? run.runId,
    figures: runFigures(run, environment?.device.backend === 'cpu'),
    facts: {
      ...NOTHING_KNOWN,
      ...(environment === null ? {} : environmentFacts(environment)),
      settings: run.settings,
      condUncondBatched: run.condUncondBatched,
      extras: run.extras,
      allocRetries: run.torch?.allocRetries ?? null,
      phasesMiB: Object.fromEntries(run.phases.map(({ phase, activePeakMiB }) => [phase, activePeakMiB])),
    },
  };
}

export const NOTHING_KNOWN: Facts = {
  device: null,
  torchVersion: null,
  settings: null,
  livePreviewFull: null,
  checkpointsKept: null,
  condUncondBatched: null,
  vaePrecision: null,
  weightsPrecision: null,
  attention: null,
  vramMode: null,
  allocConf: null,
  extras: null,
  allocRetries: null,
  phasesMiB: {},
  otherPrograms: [],
};

function runFigures(run: Run, computesInRam: boolean): Figures {
  const { torch, baseline } = run;
  const idleMiB = baseline.torch?.allocatedMiB ?? null;
  return {
    deviceMiB: computesInRam ? null : measuredPeakMiB(run),
    weightsMiB: torch === null ? null : idleMiB,
    activationsMiB: torch === null ? null : beyond(torch.activePeakMiB, idleMiB),
    tensorsMiB: torch?.activePeakMiB ?? null,
    cacheMiB: torch === null ? null : beyond(torch.reservedPeakMiB, torch.activePeakMiB),
    // A run keeps them as one.
    contextMiB: null,
    othersMiB: null,
    outsideMiB: computesInRam ? null : baseline.otherMiB,
    programMiB: null,
    ramMiB: computesInRam ? run.ownPeakMiB : null,
  };
}

export function beyond(wholeMiB: number | null, partMiB: number | null): number | null {
  return wholeMiB === null || partMiB === null ? null : Math.max(0, wholeMiB - partMiB);
}

function environmentFacts({ key, torchVersion, device }: StoredEnvironment): Partial<Facts> {
  const limit = Number(key['sd_checkpoints_limit']);
  const preview = key['live_preview'];
  return {
    device: device.name,
    torchVersion,
    livePreviewFull: preview === undefined ? null : preview === 'Full',
    checkpointsKept: Number.isInteger(limit) ? limit : null,
    vaePrecision: key['dtype_vae'] ?? null,
    weightsPrecision: key['dtype_unet'] ?? key['dtype'] ?? null,
    attention: key['attention'] ?? null,
    vramMode: key['vram_mode'] ?? null,
    allocConf: allocConfIn(key) ?? '',
  };
}
