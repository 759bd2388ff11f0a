import { at } from '../../base/at.ts';
import { memoised } from '../../base/memo.ts';
import { BYTES_PER_MIB } from '../../base/units.ts';
import type { Conditioning, Stage as OperationStage } from '../../operations/kind.ts';
import { stageGroups } from '../../operations/registry.ts';
import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import {
  cublasWorkspace,
  movedFor,
  movedForPrompts,
  programName,
  programOf,
  weightsOf,
  workspaceOf,
  type Moved,
  type Networks,
  type Which,
} from '../../networks/networks.ts';
import { partsOf, type Part } from '../../allocator/part.ts';
import { Run } from '../../allocator/run.ts';
import { samplingElements } from '../../networks/sampling-units.ts';
import { allElements, mostBytes, type Program } from '../../program/program.ts';
import { vaeElements } from '../../networks/vae-units.ts';

/** A stage, and those before it: weights lie where they left room, until PyTorch's cache is emptied. */
export interface Stage extends OperationStage {
  /** The network that computed before it, whose weights may still be on the card; null = none has. */
  readonly after: Which | null;
  /** Groups before its own, between which the cache is emptied. */
  readonly before: readonly (readonly OperationStage[])[];
}

/**
 * What A1111 1.10.1 runs, in stages between which it empties PyTorch's cache, without those that are like nothing
 * known.
 */
export function stagesOf(
  settings: GenerationSettings,
  { conditioning = 'prompt', unlike = [] }: Pick<Networks, 'unlike'> & { readonly conditioning?: Conditioning } = {},
): readonly (readonly Stage[])[] {
  const groups = ALL_STAGES[conditioning](settings);
  return unlike.length === 0
    ? groups
    : groups
        .map((stages) => stages.filter(({ phase }) => !unlike.includes(phase)))
        .filter((stages) => stages.length > 0);
}

/** What is worked out of a stage is remembered by the object. */
const allStagesOf = (conditioning: Conditioning) =>
  memoised((settings: GenerationSettings): readonly (readonly Stage[])[] => {
    let after: Stage['after'] = null;
    return stageGroups(settings, conditioning).map((stages, i, all) =>
      stages.map((stage) => {
        const one = { ...stage, after, before: all.slice(0, i) };
        after = stage.network;
        return one;
      }),
    );
  });

const ALL_STAGES = { prompt: allStagesOf('prompt'), inpainting: allStagesOf('inpainting') };

function programAt(networks: Networks, { network, batch }: Stage): Program {
  return programOf(networks, network, batch * networks.evaluated);
}

function elementsOf(networks: Networks, stage: Stage): number[] {
  const own = OWN_ELEMENTS[networks.evaluated](stage);
  return allElements(programAt(networks, stage), own, workspaceOf(networks, stage.network));
}

/** By pictures in one evaluation over the batch size. Other networks of the same stage have the same. */
const OWN_ELEMENTS: Readonly<Record<Networks['evaluated'], (stage: Stage) => readonly number[]>> = {
  1: memoised((stage) => ownElements(stage, 1)),
  2: memoised((stage) => ownElements(stage, 2)),
};

function ownElements(stage: Stage, evaluated: Networks['evaluated']): number[] {
  const { network, widthPx, heightPx, batch, heldPixels } = stage;
  return network === 'sampling'
    ? samplingElements(widthPx, heightPx, batch, batch * evaluated, heldPixels)
    : vaeElements(widthPx, heightPx, batch, heldPixels, network === 'encode_masked' ? batch : 1);
}

/**
 * MiB above what is always there that are live at once where there is room for workspaces: sums of tensors, no
 * rounding, no slices; weights that come and go in blocks as they were given out.
 */
export function activeMiB(networks: Networks, stage: Stage): number {
  return liveMiB(networks, stage, true);
}

/** The same without what is done without where there is no room. */
export function leastActiveMiB(networks: Networks, stages: readonly Stage[]): number {
  return Math.max(...stages.map((stage) => liveMiB(networks, stage, false)));
}

function liveMiB(networks: Networks, stage: Stage, withWorkspaces: boolean): number {
  const { network, after } = stage;
  const ownBytes = mostBytes(
    programAt(networks, stage),
    OWN_ELEMENTS[networks.evaluated](stage),
    workspaceOf(networks, network),
    withWorkspaces,
  );
  const ownMiB = weightsMiB(networks, movedFor(networks, network)) + ownBytes / BYTES_PER_MIB;
  const before = after ?? (networks.findsUnet === true ? 'sampling' : null);
  const beforeMiB = before === null ? 0 : weightsMiB(networks, movedFor(networks, before));
  return Math.max(ownMiB, beforeMiB, stage.readsPrompts ? weightsMiB(networks, movedForPrompts(networks)) : 0);
}

/** Of the denoising network, where it comes and goes; 0 elsewhere. */
export function denoisingWeightsMiB(networks: Networks): number {
  return weightsMiB(networks, movedFor(networks, 'sampling'));
}

/** 0 where they are there all the time. */
function weightsMiB(networks: Networks, moved: Moved | null): number {
  return moved === null ? 0 : weighed(weightsOf(networks, moved));
}

const weighed = memoised((program: Program): number => {
  const run = new Run(Infinity, null);
  run.begin({ phase: 'sampling', program, from: 0, to: program.onceMoreFrom, elements: [], repeats: false });
  run.finish();
  return at(run.peaks, 0).activeMiB;
});

export function mostActiveMiB(networks: Networks, stages: readonly Stage[]): number {
  return Math.max(...stages.map((stage) => activeMiB(networks, stage)));
}

/**
 * What is replayed of these stages. Of the pictures of a batch one is decoded and encoded, or two, one after the other.
 * Where weights are moved, those of the network before are there until the stage's own come, in the segments that they
 * and others before them took.
 */
export function replayedParts(networks: Networks, stages: readonly Stage[], pictures: 1 | 2): Part[] {
  const [first] = stages;
  if (first === undefined) return [];
  const parts = new PartsWithWeights(networks);
  parts.replayWeightsOf(first);
  stages.forEach((stage, i) => parts.add(stage, computingParts(networks, stage, pictures, i + 1 < stages.length)));
  return parts.all;
}

/** Parts in their order, and between them the weights that come and go. */
class PartsWithWeights {
  readonly all: Part[] = [];
  readonly #networks: Networks;
  #there: Moved | null = null;
  #isEmptied = false;

  constructor(networks: Networks) {
    this.#networks = networks;
  }

  /** Of the groups before a stage's own, in which nothing else is left that matters to it. */
  replayWeightsOf({ phase, before }: Stage): void {
    if (this.#networks.resident === 'network')
      this.#push({ ...weightsPart(phase, cublasWorkspace(), 'come'), isBeside: true });
    if (this.#networks.findsUnet === true) this.#findUnet(phase);
    for (const group of before) {
      for (const stage of group) this.#loadFor(stage, phase);
      this.#isEmptied = this.all.length > 0;
    }
  }

  /** As the generation before left it, in what the text encoder had before it too. */
  #findUnet(phase: Phase): void {
    this.#loadForPrompts(phase);
    this.#load(phase, movedFor(this.#networks, 'sampling'));
    this.#isEmptied = true;
  }

  /** What a network does before it needs its weights it does before they come. */
  add(stage: Stage, [begins, ...rest]: readonly Part[]): void {
    if (begins === undefined) return;
    const { weightsFrom } = begins.program;
    const isEarly = weightsFrom > 0 && this.#there !== movedFor(this.#networks, stage.network);
    if (isEarly) this.#push({ ...begins, to: weightsFrom });
    this.#loadFor(stage, stage.phase);
    this.#push(isEarly ? { ...begins, from: weightsFrom } : begins, ...rest);
  }

  #loadFor(stage: OperationStage, phase: Phase): void {
    if (stage.readsPrompts) this.#loadForPrompts(phase);
    this.#load(phase, movedFor(this.#networks, stage.network));
  }

  /** Where none are read the network at work stays. */
  #loadForPrompts(phase: Phase): void {
    const forPrompts = movedForPrompts(this.#networks);
    if (forPrompts !== null) this.#load(phase, forPrompts);
  }

  #load(phase: Phase, moved: Moved | null): void {
    if (moved === this.#there) return;
    if (this.#there !== null) this.#push(weightsPart(phase, weightsOf(this.#networks, this.#there), 'go'));
    if (moved !== null) this.#push(weightsPart(phase, weightsOf(this.#networks, moved), 'come'));
    this.#there = moved;
  }

  #push(...parts: readonly Part[]): void {
    for (const part of parts) {
      this.all.push(this.#isEmptied ? { ...part, afterEmptying: true } : part);
      this.#isEmptied = false;
    }
  }
}

function weightsPart(phase: Phase, program: Program, they: 'come' | 'go'): Part {
  const [from, to] = they === 'come' ? [0, program.onceMoreFrom] : [program.onceMoreFrom, program.slots.length];
  return { phase, program, from, to, elements: [], repeats: false };
}

/** @param isFollowed by a stage that finds the cache as this one leaves it. */
function computingParts(networks: Networks, stage: Stage, pictures: 1 | 2, isFollowed: boolean): Part[] {
  const [first, again] = partsOf(stage.phase, programAt(networks, stage), elementsOf(networks, stage));
  if (again.from === again.to) return [first];
  if (stage.network === 'sampling') return [first, again];
  // What is decoded leaves a latent at the most.
  const leaves = isFollowed && stage.network !== 'decode';
  if (stage.batch === 1)
    return leaves ? [first, { ...again, from: again.program.onceEndsFrom, repeats: false }] : [first];
  // With memory to spare too: what the first picture's encoding left in the cache lies so that the second takes more.
  const isSeen = stage.network !== 'decode' && networks.kernels.tracksOrder;
  if (!isSeen && pictures === 1) return [first];
  if (stage.batch === 2) return [first, { ...again, repeats: !isSeen }];
  // Where the second picture had to do without something, the third finds the cache otherwise than the second did.
  const { onceMoreTo } = again.program;
  const second = { ...again, to: onceMoreTo, repeats: !isSeen };
  return [first, second, { ...second, repeats: true }, { ...again, from: onceMoreTo, repeats: !isSeen }];
}

/** What of a name is the networks' own: texts are made slowly, and asked for several times with each estimate. */
type OwnNames = Readonly<Record<Which | 'all' | 'moved', string>>;

const ownNamesOf = memoised((networks: Networks): OwnNames => {
  const { shape, precision, decode, evaluated, resident, conditioning, keepsPrompts, findsUnet } = networks;
  const of = (which: Which): string => `${programName(networks, which)} ${workspaceOf(networks, which)}`;
  return {
    sampling: of('sampling'),
    decode: of('decode'),
    encode: of('encode'),
    encode_blank: of('encode_blank'),
    encode_masked: of('encode_masked'),
    all: `${evaluated} ${resident}`,
    moved:
      resident === 'all'
        ? ''
        : `${shape} ${precision} ${decode}${conditioning ?? ''}` +
          `${keepsPrompts === true ? ' kept' : ''}${findsUnet === true ? ' found' : ''}`,
  };
});

const historyOf = (stage: Stage | undefined): string =>
  stage?.before.map((group) => group.map(({ phase, network }) => `${phase}-${network}`).join('+')).join('|') ?? '';

/** Differs between stages whose replays differ; a portrait is replayed as a landscape is. */
export function replayName(networks: Networks, stages: readonly Stage[]): string {
  const own = ownNamesOf(networks);
  let name = own.all;
  if (own.moved !== '') name += ` ${own.moved} ${historyOf(stages[0])}`;
  for (const { phase, network, widthPx, heightPx, batch, heldPixels } of stages) {
    const [w, h] = [Math.floor(widthPx / 8), Math.floor(heightPx / 8)];
    name += ` ${phase} ${own[network]} ${Math.min(w, h)}x${Math.max(w, h)} ${batch} ${heldPixels}`;
  }
  return name;
}
