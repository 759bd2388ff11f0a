import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { programName, programOf, workspaceOf, type Networks } from './networks.ts';
import { partsOf, type Part } from './run.ts';
import { samplingElements } from './sampling-units.ts';
import { allElements, mostBytes } from './tape.ts';
import { vaeElements } from './vae-units.ts';

const BYTES_PER_MIB = 1024 * 1024;

/** One network at work on one size. */
export interface Stage {
  readonly phase: Phase;
  readonly network: 'sampling' | 'decode' | 'encode';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly batch: number;
  /**
   * Pixels of pictures that stay on the card beside it: those that are encoded, until what was made of them is decoded.
   */
  readonly heldPixels: number;
}

/** What A1111 1.10.1 runs, in stages between which it empties PyTorch's cache. */
export function stagesOf({ operation, width, height, batchSize, hires }: GenerationSettings): Stage[][] {
  const at = (phase: Phase, network: Stage['network'], widthPx: number, heightPx: number, heldPixels = 0): Stage => ({
    phase,
    network,
    widthPx,
    heightPx,
    batch: batchSize,
    heldPixels,
  });
  const last = hires ?? { width, height, uncroppedWidth: width, uncroppedHeight: height };
  const sampling = at('sampling', 'sampling', width, height);
  const decode = at('decode', 'decode', last.width, last.height);
  const again = at('hires_sampling', 'sampling', last.width, last.height);
  switch (operation) {
    case 'txt2img':
      return [[sampling, decode]];
    case 'img2img':
      return [[at('encode', 'encode', width, height, batchSize * width * height)], [sampling], [decode]];
    case 'hires_latent':
      return [[sampling], [again], [decode]];
    case 'hires_image': {
      const held = batchSize * last.uncroppedWidth * last.uncroppedHeight;
      const upscale = [
        at('upscale', 'decode', width, height),
        at('upscale', 'encode', last.uncroppedWidth, last.uncroppedHeight, held),
      ];
      return [[sampling], upscale, [{ ...again, heldPixels: held }], [{ ...decode, heldPixels: held }]];
    }
  }
}

function elementsOf({ network, widthPx, heightPx, batch, heldPixels }: Stage, networks: Networks): number[] {
  const own =
    network === 'sampling'
      ? samplingElements(widthPx, heightPx, batch, batch * networks.evaluated, heldPixels)
      : vaeElements(widthPx, heightPx, batch, heldPixels);
  return allElements(programOf(networks, network), own, workspaceOf(networks, network));
}

/**
 * MiB above the weights that are live at once where there is room for workspaces: sums of tensors, no rounding, no
 * slices.
 */
export function activeMiB(networks: Networks, stage: Stage): number {
  return mostBytes(programOf(networks, stage.network), elementsOf(stage, networks), true) / BYTES_PER_MIB;
}

/** The same without what is done without where there is no room. */
export function leastActiveMiB(networks: Networks, stages: readonly Stage[]): number {
  return Math.max(
    ...stages.map(
      (stage) => mostBytes(programOf(networks, stage.network), elementsOf(stage, networks), false) / BYTES_PER_MIB,
    ),
  );
}

export function mostActiveMiB(networks: Networks, stages: readonly Stage[]): number {
  return Math.max(...stages.map((stage) => activeMiB(networks, stage)));
}

/**
 * What is replayed of these stages. Of the pictures of a batch one is decoded and encoded, or two, one after the other.
 */
export function replayedParts(networks: Networks, stages: readonly Stage[], pictures: 1 | 2): Part[] {
  return stages.flatMap((stage) => {
    const [first, again] = partsOf(stage.phase, programOf(networks, stage.network), elementsOf(stage, networks));
    const isOnce = stage.network !== 'sampling' && (pictures === 1 || stage.batch === 1);
    return again.from === again.to || isOnce ? [first] : [first, again];
  });
}

/** Differs between stages whose replays differ; a portrait is replayed as a landscape is. */
export function replayName(networks: Networks, stages: readonly Stage[]): string {
  const parts = stages.map(({ phase, network, widthPx, heightPx, batch, heldPixels }) => {
    const sides = [Math.floor(widthPx / 8), Math.floor(heightPx / 8)].sort((a, b) => a - b);
    return `${phase} ${programName(networks, network)} ${workspaceOf(networks, network)} ${sides.join('x')} ${batch} ${heldPixels}`;
  });
  return `${parts.join(' ')} ${networks.evaluated}`;
}
