import type { Steps } from '../base/steps.ts';
import type { Hints } from '../hosts/hints.ts';
import { knownOf } from './known.ts';
import { factorsOf, learnBeliefs } from './learn.ts';
import { fitMaxPlanes } from './fit-planes.ts';
import { NO_FACTORS, NO_PLANES } from './no-planes.ts';
import { allowedTerms } from './pieces.ts';
import { judgedByCaps, mayFailOn } from './replay/need.ts';
import { LEAST_ROWS } from './replay/like-runs.ts';
import { recogniseAll } from './replay/recognise.ts';
import { isOfAny } from './replay/replayed-row.ts';
import { borneOut } from './replay/rivals.ts';
import { rowsOf, type MeasuredRow } from './rows.ts';
import { summaryOfRuns } from './run-summary.ts';
import { explainedByPlanes, spreadOf } from './spread.ts';
import type { Fit, FitResult, HostTraits, Known, KnownRun, Observation, ReplayFit, Spread } from './types.ts';

/**
 * A fit for attention that slices its work to fit the memory that is free: how large a peak is hangs on that memory, so
 * no plane follows it. The known networks are replayed with what was free at each run.
 * @returns no fit where the runs are like none of them, or too few to tell.
 */
export function* fitByReplay(
  observations: readonly Observation[],
  traits: HostTraits,
  staticMiB: number,
  slackMiB: number,
  hints: Hints,
): Steps<FitResult> {
  const known = observations.filter((run) => run.roomMiB !== null);
  const rows = (target: 'active' | 'reserved') => known.flatMap((run) => rowsOf(run, target, staticMiB));
  const [active, reserved] = [rows('active').filter(({ kind }) => kind === 'exact'), rows('reserved')];
  if (active.length < LEAST_ROWS) return { ok: false, reason: 'too-few-runs' };
  const [recognised, ...others] = yield* borneOut(
    yield* recogniseAll(active, reserved, { ...traits, slackMiB, hints }),
    known,
    staticMiB,
    slackMiB,
  );
  if (recognised === undefined) return { ok: false, reason: 'no-known-networks' };
  const replay = {
    ...recognised.replay,
    ...(yield* judgedByCaps(recognised.replay, known, staticMiB, slackMiB)),
    rivals: others.map((other) => other.replay),
  };
  const hasPhases = known.some((run) => run.phases !== null);
  const unlike = recognised.replay.networks.unlike ?? [];
  const isUnlike = (row: MeasuredRow): boolean => isOfAny(row, unlike);
  const planes =
    unlike.length === 0
      ? null
      : yield* planesOf(active.filter(isUnlike), reserved.filter(isUnlike), traits, staticMiB + slackMiB, hasPhases);
  const spread = { ...spreadOf(recognised, hasPhases), ...(planes === null ? {} : { unlike: planes.spread }) };
  const fit = {
    version: 1,
    traits,
    staticMiB,
    slackMiB,
    active: planes?.active ?? NO_PLANES,
    reserved: planes?.reserved ?? NO_PLANES,
    replay,
    factors: planes?.factors ?? NO_FACTORS,
    spread,
    process: null,
  } as const;
  return {
    ok: true,
    value: {
      ...fit,
      known: yield* knownWhereSliced(replay, observations, staticMiB, slackMiB),
      ...summaryOfRuns(observations, known),
    },
  };
}

/** Of phases that are like no known network: nothing shows yet how far their need lies above what is active. */
function* planesOf(
  activeRows: readonly MeasuredRow[],
  reservedRows: readonly MeasuredRow[],
  { attention }: HostTraits,
  staticMiB: number,
  hasPhases: boolean,
): Steps<Pick<Fit, 'active' | 'reserved' | 'factors'> & { readonly spread: Spread }> {
  const active = yield* fitMaxPlanes(activeRows, allowedTerms(attention, 'active'), NO_PLANES);
  const reserved = yield* fitMaxPlanes(reservedRows, allowedTerms(attention, 'reserved'), active);
  return {
    active,
    reserved,
    factors: factorsOf(yield* learnBeliefs([], active, staticMiB)),
    spread: spreadOf(explainedByPlanes(reservedRows, reserved), hasPhases),
  };
}

/** A failure that the replay foresees with just so much memory says nothing of more, or of less. */
function* knownWhereSliced(
  replay: ReplayFit,
  observations: readonly Observation[],
  staticMiB: number,
  slackMiB: number,
): Steps<Known> {
  const { failures, successes } = knownOf(observations, staticMiB);
  const telling: KnownRun[] = [];
  for (const failure of failures) {
    if (!mayFailOn(replay, failure.settings, slackMiB, failure.atMiB - staticMiB)) telling.push(failure);
    yield;
  }
  return { successes, failures: telling };
}
