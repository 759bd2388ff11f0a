/** All that networks allocate for some settings: sizes as PyTorch would ask the card for them, each with its names. */
import { at } from '../base/at.ts';
import { BYTES_PER_MIB } from '../base/units.ts';
import type { GenerationSettings, Phase } from '../protocol/settings.ts';
import type { Networks } from '../networks/networks.ts';
import { bytesOf, RELEASE, SLICE, type Kind } from '../program/program.ts';
import { replayedParts, stagesOf, type Stage } from '../model/replay/stages.ts';
import type { Part } from '../allocator/part.ts';
import { namesOf, type LayerName } from './tensor-names.ts';

type Place = Pick<Stage, 'phase' | 'network' | 'widthPx' | 'heightPx' | 'batch'>;

export interface Sized extends LayerName, Place {
  readonly phase: Phase;
  readonly bytes: number;
  /** Equal pieces that it was cut into to fit; 1 = it was not. */
  readonly slices: number;
  /** Of the network's own tensors live as it is asked for, in bytes. */
  readonly liveBytes: number;
}

/** What is smaller is asked for in segments of one size, which tells nothing. */
const LEAST_TELLING_BYTES = 10 * BYTES_PER_MIB;
/** Work that is cut to fit is cut into a power of two of slices, 64 at the most. */
const SLICES = [1, 2, 4, 8, 16, 32, 64] as const;

export function sizesFor(networks: Networks, settings: GenerationSettings): Sized[] {
  return computing(networks, settings).flatMap(([part, stage]) => sizesIn(part, networks, stage));
}

/** The largest scores of self-attention where it does without slices; nothing is told of what is live beside them. */
export function wholeScoresFor(networks: Networks, settings: GenerationSettings): Sized[] {
  return computing(networks, settings).flatMap(([{ program, elements }, stage]) => {
    const scores = program.kinds.flatMap((kind) => {
      const bytes = bytesOfKind(kind, elements, 1);
      const name = namesOf(kind, networks, stage.network).find(({ layer }) => layer === 'self-attention scores');
      return name === undefined ? [] : [{ ...name, ...placeOf(stage), bytes, slices: 1, liveBytes: 0 }];
    });
    const largestLevel = Math.min(...scores.map(({ level }) => level ?? Infinity));
    return scores.filter(({ level, bytes }) => level === largestLevel && bytes >= LEAST_TELLING_BYTES);
  });
}

/** Without the parts that move weights. */
function computing(networks: Networks, settings: GenerationSettings): (readonly [Part, Stage])[] {
  const stages = stagesOf(settings, networks).flat();
  return stages.flatMap((stage) =>
    replayedParts(networks, [stage], 1)
      .filter(({ elements }) => elements.length > 0)
      .map((part) => [part, stage] as const),
  );
}

function placeOf({ phase, network, widthPx, heightPx, batch }: Stage): Place {
  return { phase, network, widthPx, heightPx, batch };
}

function sizesIn(part: Part, networks: Networks, stage: Stage): Sized[] {
  const names = part.program.kinds.map((kind) => namesOf(kind, networks, stage.network));
  const place = placeOf(stage);
  const counts = part.program.slicings.length === 0 ? [1] : SLICES;
  return counts.flatMap((slices) => {
    const sizes: Sized[] = [];
    allocations(part, slices, (index, bytes, liveBytes) => {
      const isSlice = part.program.kinds[index]?.isSlice === true;
      // Of other counts only the slices themselves differ.
      if (slices > 1 && !isSlice) return;
      for (const name of names[index] ?? [])
        sizes.push({ ...name, ...place, bytes, slices: isSlice ? slices : 1, liveBytes });
    });
    return sizes;
  });
}

/** Tells of each allocation that is large enough, in their order, with what was live before it. */
function allocations(
  { program, elements, from, to }: Part,
  slices: number,
  tell: (kind: number, bytes: number, liveBytes: number) => void,
): void {
  const bytesOfKinds = program.kinds.map((kind) => bytesOfKind(kind, elements, slices));
  const held = new Array<number>(program.slotCount).fill(0);
  let liveBytes = 0;
  for (let i = from; i < to; i += 1) {
    const [slot, size] = [at(program.slots, i), at(program.sizes, i)];
    if (size === SLICE) continue;
    const bytes = size === RELEASE ? 0 : at(bytesOfKinds, size);
    if (bytes >= LEAST_TELLING_BYTES) tell(size, bytes, liveBytes);
    liveBytes += bytes - at(held, slot);
    held[slot] = bytes;
  }
}

function bytesOfKind({ sizes, isSlice, when }: Kind, elements: readonly number[], slices: number): number {
  if (when !== 'always' && (when === 'whole') !== (slices === 1)) return 0;
  const bytes = sizes.reduce((sum, size) => sum + bytesOf(size, elements), 0);
  return isSlice ? bytes / slices : bytes;
}

/** What PyTorch asks the card for, and names where it is refused: segments in steps of 2 MiB. */
export function segmentMiB(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_MIB / 2) * 2;
}
