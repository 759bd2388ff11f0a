/** Of a ladder of sizes, one whose need lies near what the card has, as it really is and not as it is estimated. */
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { outputPixels } from './draw.ts';
import type { DrawnLadder } from './draw.ts';
import type { Trial } from './truth.ts';

/** Of the device: how far from it a need may lie to count as near. */
export const REACH = 0.07;
const MOST_TRIES = 5;

/** The two things that have to be found out. */
export interface Prober {
  onCard: (settings: GenerationSettings) => Promise<Trial>;
  need: (settings: GenerationSettings, first: Trial) => Promise<number | null>;
}

export interface NearEdge {
  settings: GenerationSettings;
  first: Trial;
  needMiB: number;
}

/** The index of the first rung that does not run; the ladder's length where all run. */
async function firstTooLarge(ladder: readonly GenerationSettings[], runs: (index: number) => Promise<boolean>): Promise<number> {
  let low = -1;
  let high = ladder.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await runs(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Null where the ladder does not cross the edge, or has no rung near enough to it. */
export async function nearEdge({ ladder, towards }: DrawnLadder, usableMiB: number, idleMiB: number, prober: Prober): Promise<NearEdge | null> {
  const trials = new Map<number, Trial>();
  const trial = async (index: number): Promise<Trial> => {
    const known = trials.get(index);
    if (known !== undefined) return known;
    const fresh = await prober.onCard(ladder[index] as GenerationSettings);
    trials.set(index, fresh);
    return fresh;
  };
  const edge = await firstTooLarge(ladder, async (index) => (await trial(index)).outcome === 'ok');
  if (edge === 0 || edge === ladder.length) return null;
  // Beyond what is idle, need goes roughly with the pixels; what is measured on the way mends the guess.
  let base = { pixels: outputPixels(ladder[edge] as GenerationSettings), needMiB: usableMiB };
  let wantedMiB = usableMiB * (1 + towards * REACH * 0.9);
  const seen = new Set<number>();
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const pixels = (base.pixels * Math.max(wantedMiB - idleMiB, 1)) / (base.needMiB - idleMiB);
    // At last the rungs beside the edge itself: where they are too far from it, all are.
    const index = tries < MOST_TRIES - 2 ? nearestRung(ladder, pixels, seen) : edge - (MOST_TRIES - 1 - tries);
    if (index === null || seen.has(index)) continue;
    seen.add(index);
    const settings = ladder[index] as GenerationSettings;
    const first = await trial(index);
    const needMiB = await prober.need(settings, first);
    if (needMiB === null) continue;
    if (Math.abs(needMiB / usableMiB - 1) <= REACH) return { settings, first, needMiB };
    base = { pixels: outputPixels(settings), needMiB };
    wantedMiB = (wantedMiB + usableMiB) / 2;
  }
  return null;
}

function nearestRung(ladder: readonly GenerationSettings[], pixels: number, without: ReadonlySet<number>): number | null {
  let best: number | null = null;
  const distance = (index: number) => Math.abs(outputPixels(ladder[index] as GenerationSettings) - pixels);
  for (let index = 0; index < ladder.length; index += 1) {
    if (!without.has(index) && (best === null || distance(index) < distance(best))) best = index;
  }
  return best;
}
