/** A fit of the few runs that it takes to tell apart the networks and laws that a set-up may have. */
import type { Steps } from '../../base/steps.ts';
import type { Hints } from '../../hosts/hints.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import { knownOf } from '../known.ts';
import { judgedByCaps } from '../replay/need.ts';
import { recogniseAmong } from '../replay/recognise.ts';
import { borneOut } from '../replay/rivals.ts';
import { rowsOf } from '../rows.ts';
import { summaryOfRuns } from '../run-summary.ts';
import { spreadOf } from '../spread.ts';
import { slackOf } from '../static.ts';
import type { Fit, HostTraits, Observation, ReplayFit, Spread } from '../types.ts';
import { fitOfNetworks } from './unmeasured.ts';

/** Of the total: what is measured narrows what was worked out, to no less than this before runs under caps. */
const LEAST_SPREAD = { peak: 0.015, required: 0.01 };

/**
 * @returns null where there are no runs, or where what the set-up says of itself is not like them: then they
 *   speak for themselves.
 */
export function* fitByFew(
  observations: readonly Observation[],
  traits: HostTraits,
  { networks: told, card }: Hints,
): Steps<Fit | null> {
  const capped = observations.filter(({ capMiB }) => capMiB !== null);
  if (told === null || observations.length === 0) return null;
  const counted = slackOf(observations);
  const unseen = fitOfNetworks(told, counted === null ? traits : { ...traits, slackMiB: counted }, card);
  if (unseen === null || unseen.replay === null) return null;
  const { staticMiB, slackMiB, replay } = unseen;
  const isTelling = (run: Observation): boolean => run.roomMiB !== null || !slicesToFit(replay.networks.scores);
  const telling = observations.filter(isTelling);
  const rows = (target: 'active' | 'reserved') => telling.flatMap((run) => rowsOf(run, target, staticMiB));
  const active = rows('active').filter(({ kind }) => kind === 'exact');
  const reserved = rows('reserved').filter(({ kind }) => kind === 'exact');
  if (active.length === 0 || reserved.length === 0) return null;
  const named = [replay, ...replay.rivals].map(({ networks }) => networks);
  const recognised = yield* borneOut(
    yield* recogniseAmong(named, active, reserved, slackMiB),
    observations,
    staticMiB,
    slackMiB,
  );
  const [best, ...others] = recognised;
  if (best === undefined) return null;
  const judged: Pick<ReplayFit, 'tellsNeed' | 'strayBelow' | 'strayAbove'> =
    capped.length === 0
      ? { tellsNeed: true, strayBelow: 0, strayAbove: 0 }
      : yield* judgedByCaps(best.replay, observations, staticMiB, slackMiB);
  if (!judged.tellsNeed) return null;
  const { peakLow, peakHigh, requiredLow, requiredHigh } = spreadOf(best, true);
  const isBorneOut = capped.length > 0;
  const spread: Spread = {
    peakLow: Math.max(LEAST_SPREAD.peak, peakLow),
    peakHigh: Math.max(LEAST_SPREAD.peak, peakHigh),
    peakJagged: 0,
    requiredLow: isBorneOut ? requiredLow : LEAST_SPREAD.required,
    requiredHigh: isBorneOut ? requiredHigh : LEAST_SPREAD.required,
  };
  return {
    ...unseen,
    replay: { ...best.replay, ...judged, rivals: others.map((other) => other.replay) },
    spread,
    known: knownOf(observations, staticMiB),
    // Networks that are known are so at all sizes, whichever were run.
    runs: summaryOfRuns(observations, observations).runs,
  };
}
