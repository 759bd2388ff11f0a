import type { Steps } from '../../base/steps.ts';
import type { Networks } from '../../networks/networks.ts';
import type { MeasuredRow } from '../rows.ts';
import { candidatesOf, likeAmong, type About } from './like-runs.ts';
import { exactOnes, isOfAny } from './replayed-row.ts';
import { allFitted, type Recognised } from './scaled.ts';

/** Reserved bytes are counted in segments of 2 MiB: residuals that differ by less than one in some GiB say nothing. */
const EQUAL_SHARE = 1e-4;
/** A host strays from the replay by so much, so that what explains it about as well as the best may be at work. */
const RIVAL_SHARE = 1e-3;
/** The largest runs tell most candidates apart; replaying all runs for each would take time. */
const ROWS_TO_CHOOSE_BY = 6;

/** `slackMiB`: left free at idle in the segments of the weights. */
interface Told extends About {
  readonly slackMiB: number;
}

/**
 * Looks for the known networks whose active bytes are those of the runs, and of those for the ones whose replay comes
 * nearest to the reserved bytes.
 * @returns null where none is like the runs: another family, other extensions at work, or attention that is not known.
 */
export function* recognise(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: Told,
): Steps<Recognised | null> {
  const told = exactOnes(reserved);
  const candidates = yield* candidatesOf(active, told, about);
  const like = told.filter((row) => !isOfAny(row, candidates[0]?.unlike ?? []));
  const tried = yield* allFitted(candidates, like.slice(0, ROWS_TO_CHOOSE_BY), about.slackMiB);
  // In the largest runs all but one network may be alike.
  const near = aboutBest(tried).map(({ replay }) => replay.networks);
  return bestFirst(yield* allFitted(near, told, about.slackMiB))[0] ?? null;
}

/** The same, and behind it all others that explain the reserved bytes about as well: what they need may be another. */
export function* recogniseAll(
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  about: Told,
): Steps<Recognised[]> {
  const told = exactOnes(reserved);
  const candidates = yield* candidatesOf(active, told, about);
  return aboutBest(bestFirst(yield* allFitted(candidates, told, about.slackMiB)));
}

/**
 * Of networks that a set-up has named, those whose active bytes are those of the runs and that explain the reserved
 * bytes about as well as the best; few runs do, for nothing else is to be told apart.
 */
export function* recogniseAmong(
  named: readonly Networks[],
  active: readonly MeasuredRow[],
  reserved: readonly MeasuredRow[],
  slackMiB: number,
): Steps<Recognised[]> {
  const near = yield* likeAmong(named, active);
  return aboutBest(bestFirst(yield* allFitted(near, exactOnes(reserved), slackMiB)));
}

function aboutBest(all: readonly Recognised[]): Recognised[] {
  const limit = 2 * Math.min(...all.map(sizeOf)) + RIVAL_SHARE;
  return all.filter((one) => sizeOf(one) <= limit);
}

/** The usual one, which stands first, unless another leaves less. */
function bestFirst(all: readonly Recognised[]): Recognised[] {
  const limit = Math.min(...all.map(sizeOf)) + EQUAL_SHARE;
  const best = all.find((one) => sizeOf(one) <= limit);
  return best === undefined ? [] : [best, ...all.filter((one) => one !== best)];
}

/** Mean size of the residuals. */
const sizeOf = ({ residuals }: Recognised): number =>
  residuals.reduce((sum, share) => sum + Math.abs(share), 0) / residuals.length;
