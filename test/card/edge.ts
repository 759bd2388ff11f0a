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
 * cross the edge.
 */
export async function nearEdge(
  { ladder, towards }: DrawnLadder,
  card: { cardMiB: number; idleMiB: number },
  onCard: (settings: GenerationSettings) => Promise<Trial>,
): Promise<NearEdge | null> {
  const trials = new Map<number, Trial>();
  const trial = async (index: number): Promise<Trial> => {
    const known = trials.get(index);
    if (known !== undefined) return known;
    const fresh = await onCard(ladder[index] as GenerationSettings);
    trials.set(index, fresh);
    return fresh;
  };
  const edge = await firstTooLarge(ladder.length, async (index) => (await trial(index)).outcome === 'ok');
  const [below, above] = [ladder[edge - 1], ladder[edge]];
  if (below === undefined || above === undefined) return null;
  const edgePixels = (outputPixels(below) + outputPixels(above)) / 2;
  const share = (towards * REACH * card.cardMiB) / (card.cardMiB - card.idleMiB);
  const index = nearestRung(ladder, edgePixels * (1 + share));
  return { settings: ladder[index] as GenerationSettings, first: await trial(index) };
}

/** The first index that does not run; `length` where all run. */
async function firstTooLarge(length: number, runs: (index: number) => Promise<boolean>): Promise<number> {
  let low = -1;
  let high = length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await runs(middle)) low = middle;
    else high = middle;
  }
  return high;
}

function nearestRung(ladder: readonly GenerationSettings[], pixels: number): number {
  const distances = ladder.map((rung) => Math.abs(outputPixels(rung) - pixels));
  return distances.indexOf(Math.min(...distances));
}
