/**
 * Of a ladder of sizes, one that lies near the edge of the card: near the size at which running turns into running out
 * of memory, as it really is and not as it is estimated. Nearness is in pixels: need leaps where PyTorch drops a
 * workspace or its cache is cut up, and settings on both sides of such a leap are near.
 */
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { outputPixels } from './draw.ts';
import type { DrawnLadder } from './draw.ts';
import type { Trial } from './truth.ts';

/** Of the device: how far from the edge a setting may lie, were need to go with the pixels. */
const REACH = 0.07;

export interface NearEdge {
  settings: GenerationSettings;
  first: Trial;
}

/**
 * What is free for a generation is what the card has less what is in use while idle. Null where the ladder does not
 * cross the edge. `guess`: the first rung that may be too large, to spare tries.
 */
export async function nearEdge(
  { ladder, towards }: DrawnLadder,
  card: { cardMiB: number; idleMiB: number },
  onCard: (settings: GenerationSettings) => Promise<Trial>,
  guess: number | null = null,
): Promise<NearEdge | null> {
  const trials = new Map<number, Trial>();
  const trial = async (index: number): Promise<Trial> => {
    const known = trials.get(index);
    if (known !== undefined) return known;
    const fresh = await onCard(ladder[index] as GenerationSettings);
    trials.set(index, fresh);
    return fresh;
  };
  const runs = async (index: number) => (await trial(index)).outcome === 'ok';
  const edge = await firstTooLarge(ladder.length, guess, runs);
  const [below, above] = [ladder[edge - 1], ladder[edge]];
  if (below === undefined || above === undefined) return null;
  const edgePixels = (outputPixels(below) + outputPixels(above)) / 2;
  const share = (towards * REACH * card.cardMiB) / (card.cardMiB - card.idleMiB);
  const index = nearestRung(ladder, edgePixels * (1 + share));
  return { settings: ladder[index] as GenerationSettings, first: await trial(index) };
}

/** Rungs beside a guess that are tried first; twice as far each time that the edge is not between them. */
const FIRST_REACH = 2;

/** The first index that does not run; `length` where all run. */
async function firstTooLarge(
  length: number,
  guess: number | null,
  runs: (index: number) => Promise<boolean>,
): Promise<number> {
  let low = -1;
  let high = length;
  const look = async (index: number): Promise<void> => {
    if (index <= low || index >= high) return;
    if (await runs(index)) low = index;
    else high = index;
  };
  for (let reach = FIRST_REACH; guess !== null && reach < length && high - low > 2 * reach; reach *= 2) {
    await look(Math.max(0, guess - reach));
    await look(Math.min(length - 1, guess + reach));
  }
  while (high - low > 1) await look(Math.floor((low + high) / 2));
  return high;
}

function nearestRung(ladder: readonly GenerationSettings[], pixels: number): number {
  const distances = ladder.map((rung) => Math.abs(outputPixels(rung) - pixels));
  return distances.indexOf(Math.min(...distances));
}
