import { at } from '../../base/at.ts';
import { memoised } from '../../base/memo.ts';
import { BYTES_PER_MIB } from '../../base/units.ts';
import type { Stage as OperationStage } from '../../operations/kind.ts';
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
import { partsOf, Run, type Part } from '../../allocator/run.ts';
import { samplingElements } from '../../networks/sampling-units.ts';
import { allElements, mostBytes, type Program } from '../../program/program.ts';
import { vaeElements } from '../../networks/vae-units.ts';

/** A stage, and those before it: weights that come and go lie where they left room, until PyTorch's cache is emptied. */
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
export function stagesOf(settings: GenerationSettings, unlike: readonly Phase[] = []): (readonly Stage[])[] {
  let after: Stage['after'] = null;
  const groups = stageGroups(settings).map((stages, i, all) =>
    stages.map((stage) => {
      const one = { ...stage, after, before: all.slice(0, i) };
      after = stage.network;
      return one;
    }),
  );
  return unlike.length === 0
    ? groups
    : groups
        .map((stages) => stages.filter(({ phase }) => !unlike.includes(phase)))
        .filter((stages) => stages.length > 0);
}

function programAt(networks: Networks, { network, batch }: Stage): Program {
  return programOf(networks, network, batch * networks.evaluated);
}

function elementsOf(stage: Stage, networks: Networks): number[] {
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
    : vaeElements(widthPx, heightPx, batch, heldPixels);
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
  const ownBytes = mostBytes(programAt(networks, stage), elementsOf(stage, networks), withWorkspaces);
  const ownMiB = weightsMiB(networks, movedFor(networks, network)) + ownBytes / BYTES_PER_MIB;
  const afterMiB = after === null ? 0 : weightsMiB(networks, movedFor(networks, after));
  return Math.max(ownMiB, afterMiB, readsPrompts(stage) ? weightsMiB(networks, movedForPrompts(networks)) : 0);
}

/** The text encoder computes as this stage begins. */
function readsPrompts({ phase }: OperationStage): boolean {
  return phase === 'sampling';
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
  const parts: Part[] = [];
  let there: Moved | null = null;
  let isEmptied = false;
  const load = (phase: Phase, moved: Moved | null): void => {
    if (moved === there) return;
    if (there !== null) add(weightsPart(phase, weightsOf(networks, there), 'go'));
    if (moved !== null) add(weightsPart(phase, weightsOf(networks, moved), 'come'));
    there = moved;
  };
  const add = (part: Part): void => {
    parts.push(isEmptied ? { ...part, afterEmptying: true } : part);
    isEmptied = false;
  };
  const loadFor = (stage: OperationStage, phase: Phase): void => {
    if (readsPrompts(stage)) load(phase, movedForPrompts(networks));
    load(phase, movedFor(networks, stage.network));
  };
  const [first] = stages;
  if (first !== undefined && networks.resident === 'network')
    add({ ...weightsPart(first.phase, cublasWorkspace(), 'come'), isBeside: true });
  for (const group of first?.before ?? []) {
    for (const stage of group) loadFor(stage, first?.phase ?? stage.phase);
    isEmptied = parts.length > 0;
  }
  for (const stage of stages) {
    const [begins, ...rest] = computingParts(networks, stage, pictures);
    if (begins === undefined) continue;
    const { weightsFrom } = begins.program;
    const isLoaded = there === movedFor(networks, stage.network);
    if (!isLoaded && weightsFrom > 0) add({ ...begins, to: weightsFrom });
    loadFor(stage, stage.phase);
    [!isLoaded && weightsFrom > 0 ? { ...begins, from: weightsFrom } : begins, ...rest].forEach(add);
  }
  return parts;
}

function weightsPart(phase: Phase, program: Program, they: 'come' | 'go'): Part {
  const [from, to] = they === 'come' ? [0, program.onceMoreFrom] : [program.onceMoreFrom, program.slots.length];
  return { phase, program, from, to, elements: [], repeats: false };
}

function computingParts(networks: Networks, stage: Stage, pictures: 1 | 2): Part[] {
  const [first, again] = partsOf(stage.phase, programAt(networks, stage), elementsOf(stage, networks));
  if (again.from === again.to || (stage.network !== 'sampling' && stage.batch === 1)) return [first];
  if (stage.network === 'sampling') return [first, again];
  // With memory to spare too: what the first picture's encoding left in the cache lies so that the second takes more.
  const isSeen = stage.network === 'encode' && networks.kernels.tracksOrder;
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
  const { shape, precision, decode, evaluated, resident, keepsPrompts } = networks;
  const of = (which: Which): string => `${programName(networks, which)} ${workspaceOf(networks, which)}`;
  return {
    sampling: of('sampling'),
    decode: of('decode'),
    encode: of('encode'),
    all: `${evaluated} ${resident}`,
    moved: resident === 'all' ? '' : `${shape} ${precision} ${decode}${keepsPrompts === true ? ' kept' : ''}`,
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
