import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { CachingAllocator } from './allocator.ts';
import { programOf, type Networks } from './networks.ts';
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

/** Active MiB above the weights of these phases of a generation, or of all: sums of tensors, no rounding. */
export function activePeakMiB(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null): number {
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
export function reservedPeakMiB(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null): number {
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

/** Need within this share of the truth. */
const NEED_STEP = 0.003;

/** Pictures of a batch that are encoded one after the other: the second finds what the first left behind, those after it no more than that. */
export type Encoded = 1 | 2;

/** Least MiB above the weights with which a generation succeeds, PyTorch giving back its cache where the device refuses: by bisection, some milliseconds. */
export function neededMiB(networks: Networks, settings: GenerationSettings, encoded: Encoded): number {
  let low = activePeakMiB(networks, settings, null);
  let high = Math.max(low, reservedPeakMiB(networks, settings, null));
  while (high - low > NEED_STEP * high) {
    const middle = (low + high) / 2;
    if (succeeds(networks, settings, middle, encoded)) high = middle;
    else low = middle;
  }
  return high;
}

function succeeds(networks: Networks, settings: GenerationSettings, limitMiB: number, encoded: Encoded): boolean {
  return stagesOf(settings).every((stages) => {
    const allocator = new CachingAllocator(limitMiB);
    return stages.every((stage) => allocator.run(programOf(networks, underCap(stage, encoded)), elementsOf(stage, networks, settings.batchSize)));
  });
}

function underCap({ network }: Stage, encoded: Encoded): Parameters<typeof programOf>[1] {
  if (network === 'sampling') return 'sampling-twice';
  return network === 'encode' && encoded === 2 ? 'encode-twice' : network;
}
