import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { CachingAllocator } from './allocator.ts';
import { programName, programOf, type Networks } from './networks.ts';
import { liveBytes } from './tape.ts';
import { samplingElements } from './sampling-units.ts';
import { vaeElements } from './vae.ts';

const BYTES_PER_MIB = 1024 * 1024;
/** Reserved bytes are never this many times the active ones: stages that need far less than another are not replayed. */
const MOST_RESERVED_OVER_ACTIVE = 2.5;
/** Where sizes are tiny, whole segments rule. */
const TINY_MIB = 100;

/** One network at work on one size. */
interface Stage {
  readonly phase: Phase;
  readonly network: 'sampling' | 'decode' | 'encode';
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What A1111 1.10.1 runs, in stages between which it empties PyTorch's cache. */
function stagesOf({ operation, width, height, hires }: GenerationSettings): Stage[][] {
  const at = (phase: Phase, network: Stage['network'], widthPx: number, heightPx: number): Stage => ({ phase, network, widthPx, heightPx });
  const last = hires ?? { width, height, uncroppedWidth: width, uncroppedHeight: height };
  const sampling = at('sampling', 'sampling', width, height);
  const decode = at('decode', 'decode', last.width, last.height);
  const again = at('hires_sampling', 'sampling', last.width, last.height);
  switch (operation) {
    case 'txt2img':
      return [[sampling, decode]];
    case 'img2img':
      return [[at('encode', 'encode', width, height)], [sampling], [decode]];
    case 'hires_latent':
      return [[sampling], [again], [decode]];
    case 'hires_image':
      return [[sampling], [at('upscale', 'decode', width, height), at('upscale', 'encode', last.uncroppedWidth, last.uncroppedHeight)], [again], [decode]];
  }
}

function elementsOf({ network, widthPx, heightPx }: Stage, networks: Networks, batch: number): number[] {
  return network === 'sampling' ? samplingElements(widthPx, heightPx, batch, batch * networks.evaluated) : vaeElements(widthPx, heightPx, batch);
}

/** What a generation takes above the weights, on a device that has `roomMiB` for it: attention that slices its work to fit reckons with that. */
export interface Peaks {
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /** Most slices that work was cut into; 1 = none was. */
  readonly slices: number;
  /** Work was to be sliced and could not be. */
  readonly wasUnsliceable: boolean;
}

/**
 * Active MiB above the weights of these phases of a generation, or of all: sums of tensors, no rounding. Of slices, blocks as they were given out.
 */
export function activePeakMiB(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null, roomMiB = Infinity): number {
  if (networks.scores === 'slices') return slicedPeaks(networks, settings, phases, roomMiB).activeMiB;
  return unslicedActiveMiB(networks, settings, phases);
}

/** The same, slices left out: what is live whatever room there is. */
function unslicedActiveMiB(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null): number {
  let peakMiB = 0;
  for (const stage of stagesOf(settings).flat()) {
    if (phases === null || phases.has(stage.phase)) peakMiB = Math.max(peakMiB, activeMiB(networks, stage, settings.batchSize));
  }
  return peakMiB;
}

function activeMiB(networks: Networks, stage: Stage, batch: number): number {
  return liveBytes(programOf(networks, stage.network), elementsOf(stage, networks, batch)) / BYTES_PER_MIB;
}

/** Reserved MiB above the weights at the peak of these phases, or of all, as PyTorch's allocator would have it. */
export function reservedPeakMiB(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null, roomMiB = Infinity): number {
  if (networks.scores === 'slices') return slicedPeaks(networks, settings, phases, roomMiB).reservedMiB;
  const batch = settings.batchSize;
  const groups = stagesOf(settings)
    .filter((stages) => phases === null || stages.some((stage) => phases.has(stage.phase)))
    .map((stages) => ({ stages, activeMiB: Math.max(...stages.map((stage) => activeMiB(networks, stage, batch))) }))
    .sort((a, b) => b.activeMiB - a.activeMiB);
  let peakMiB = 0;
  for (const { stages, activeMiB: ownMiB } of groups) {
    if (ownMiB * MOST_RESERVED_OVER_ACTIVE + TINY_MIB < peakMiB) continue;
    const allocator = new CachingAllocator();
    for (const stage of stages) {
      allocator.run(programOf(networks, stage.network), elementsOf(stage, networks, batch));
      if (phases === null || phases.has(stage.phase)) peakMiB = Math.max(peakMiB, allocator.peakMiB);
    }
  }
  return peakMiB;
}

/** A reading is off by a few MiB; others' memory moves by up to 64 without a run being called disturbed. */
const ROOM_ERRORS_MIB = [0, -16, 16, -64, 64];

/** Rooms that may be meant where one is known: where attention slices to fit, each may have another peak. */
export function roomsNear(networks: Networks, roomMiB: number): readonly number[] {
  return networks.scores === 'slices' && Number.isFinite(roomMiB) ? ROOM_ERRORS_MIB.map((errorMiB) => roomMiB + errorMiB) : [roomMiB];
}

/** Every stage is replayed, for how it slices depends on what is live. */
export function slicedPeaks(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null, roomMiB: number): Peaks {
  const peaks = { activeMiB: 0, reservedMiB: 0, slices: 1, wasUnsliceable: false };
  for (const stages of stagesOf(settings)) {
    const group = groupPeaks(networks, stages, settings.batchSize, roomMiB);
    for (const { phase, activeMiB, reservedMiB } of group.stages) {
      if (phases !== null && !phases.has(phase)) continue;
      peaks.activeMiB = Math.max(peaks.activeMiB, activeMiB);
      peaks.reservedMiB = Math.max(peaks.reservedMiB, reservedMiB);
    }
    peaks.slices = Math.max(peaks.slices, group.slices);
    peaks.wasUnsliceable ||= group.wasUnsliceable;
  }
  return peaks;
}

interface GroupPeaks extends Pick<Peaks, 'slices' | 'wasUnsliceable'> {
  readonly stages: readonly (Pick<Peaks, 'activeMiB' | 'reservedMiB'> & { readonly phase: Phase })[];
}

/** Networks share their parts, and a fit asks for those of all its runs again with each new run. Some 300 bytes each. */
const remembered = new Map<string, GroupPeaks>();
const MOST_REMEMBERED = 5000;

/** Of stages that keep the cache between them. */
function groupPeaks(networks: Networks, stages: readonly Stage[], batch: number, roomMiB: number): GroupPeaks {
  const parts = stages.map(({ phase, network, widthPx, heightPx }) => `${phase} ${programName(networks, network)} ${widthPx}x${heightPx}`);
  const name = `${parts.join(' ')} ${batch} ${networks.evaluated} ${roomMiB}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const allocator = new CachingAllocator(roomMiB);
  const peaksOf = (stage: Stage) => {
    allocator.run(programOf(networks, stage.network), elementsOf(stage, networks, batch));
    return { phase: stage.phase, activeMiB: allocator.activePeakMiB, reservedMiB: allocator.peakMiB };
  };
  const found = { stages: stages.map(peaksOf), slices: allocator.slices, wasUnsliceable: allocator.wasUnsliceable };
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(name, found);
  return found;
}

/** Need within this share of the truth. */
const NEED_STEP = 0.003;

/** The least that a generation needs above the weights, and the phase that needs it. */
export interface Need {
  readonly needMiB: number;
  readonly phase: Phase;
}

/** Pictures of a batch that are encoded one after the other: the second finds what the first left behind, those after it no more than that. */
type Encoded = 1 | 2;

/** `roomMiB`: above the weights that the device has for the process where a cap is what is looked for; null = the least device. */
export interface Circumstances {
  readonly encoded: Encoded;
  readonly roomMiB: number | null;
}

/**
 * Least MiB above the weights with which a generation succeeds, PyTorch giving back its cache where the device refuses: by bisection, a
 * millisecond or two.
 */
export function neededMiB(networks: Networks, settings: GenerationSettings, { encoded, roomMiB }: Circumstances): Need {
  const groups = stagesOf(settings)
    .map((stages) => ({ stages, lowMiB: Math.max(...stages.map((stage) => activeMiB(networks, stage, settings.batchSize))) }))
    .sort((a, b) => b.lowMiB - a.lowMiB);
  let need: Need | null = null;
  for (const { stages, lowMiB } of groups) {
    const failedPhase = (limitMiB: number): Phase | null => phaseThatFails(networks, stages, settings.batchSize, encoded, limitMiB, roomMiB ?? limitMiB);
    // The others mostly run with what the largest needs: one try tells.
    if (need !== null && failedPhase(need.needMiB) === null) continue;
    const adapts = networks.scores === 'slices' && roomMiB === null;
    const least = leastThatRuns(failedPhase, Math.max(lowMiB, need?.needMiB ?? 0), adapts ? SLICED_STEP : FIRST_STEP);
    need = { needMiB: least.needMiB, phase: least.phase ?? largestOf(networks, stages, settings.batchSize).phase };
  }
  if (need === null) throw new Error('a generation needs memory');
  // With what is reserved where there is memory to spare all goes as it goes there, whatever a second step is replayed to find in its way.
  return networks.scores === 'slices' ? need : { ...need, needMiB: Math.min(need.needMiB, reservedPeakMiB(networks, settings, null)) };
}

/** Steps upwards to the first limit that is enough: a need is mostly less than so many times what is active. */
const FIRST_STEP = 1.3;
/** More slices are made the less room there is, and then less is needed, so that what is enough need not be all from a limit on. The least is meant. */
const SLICED_STEP = 1.03;

function largestOf(networks: Networks, stages: readonly Stage[], batch: number): Stage {
  return stages.reduce((most, stage) => (activeMiB(networks, stage, batch) > activeMiB(networks, most, batch) ? stage : most));
}

/**
 * @param lowMiB too little, or just enough.
 * @returns with the phase that fails with less; null where nothing less was tried.
 */
function leastThatRuns(failedPhase: (limitMiB: number) => Phase | null, lowMiB: number, step: number): { readonly needMiB: number; readonly phase: Phase | null } {
  let low = lowMiB;
  let high = lowMiB;
  let phase: Phase | null = null;
  for (let failed = failedPhase(high); failed !== null; failed = failedPhase(high)) {
    phase = failed;
    low = high;
    high = Math.max(high * step, high + LEAST_STEP_MIB);
  }
  while (high - low > NEED_STEP * high) {
    const middle = (low + high) / 2;
    const failed = failedPhase(middle);
    if (failed === null) high = middle;
    else [low, phase] = [middle, failed];
  }
  return { needMiB: high, phase };
}

/** A segment of the small pool's or so. */
const LEAST_STEP_MIB = 20;

/** Whether a generation runs on a device that has so much for it, above the weights. */
export function runsOn(networks: Networks, settings: GenerationSettings, roomMiB: number): boolean {
  return stagesOf(settings).every((stages) => phaseThatFails(networks, stages, settings.batchSize, 1, roomMiB, roomMiB) === null);
}

function phaseThatFails(networks: Networks, stages: readonly Stage[], batch: number, encoded: Encoded, limitMiB: number, roomMiB: number): Phase | null {
  const allocator = new CachingAllocator(limitMiB, roomMiB);
  const failed = stages.find((stage) => !allocator.run(programOf(networks, underCap(stage, encoded)), elementsOf(stage, networks, batch)));
  return failed?.phase ?? null;
}

function underCap({ network }: Stage, encoded: Encoded): Parameters<typeof programOf>[1] {
  if (network === 'sampling') return 'sampling-twice';
  return network === 'encode' && encoded === 2 ? 'encode-twice' : network;
}
