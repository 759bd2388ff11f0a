/** A fit of runs that are like none of the laws of workspaces, and lie between them: cuDNN has more engines than laws. */
import { at } from '../../base/at.ts';
import type { Steps } from '../../base/steps.ts';
import type { Hints } from '../../hosts/hints.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import { knownOf } from '../known.ts';
import { straysUnderCaps, TOLERANCE } from '../replay/need.ts';
import { activePeakMiB } from '../replay/peaks.ts';
import { ACTIVE_SHARE, exactOnes, replayedMiB } from '../replay/replayed-row.ts';
import { rowsOf, type MeasuredRow } from '../rows.ts';
import { summaryOfRuns } from '../run-summary.ts';
import { slackOf } from '../static.ts';
import type { Fit, HostTraits, Observation, Replay } from '../types.ts';
import { fitOfNetworks } from './unmeasured.ts';

/** Of the runs under caps so many may end otherwise than under any of the laws. */
const CONTRADICTING_SHARE = 0.1;

/**
 * What is known before any run, with the law first that comes nearest: its interval reaches over all laws, and the runs
 * show that it may be believed.
 * @returns null where nothing is named, or where runs take more, or less, than under any law: something else is at work.
 */
export function* fitBetweenLaws(
  observations: readonly Observation[],
  traits: HostTraits,
  { networks: told, card }: Hints,
): Steps<Fit | null> {
  const counted = slackOf(observations);
  const unseen =
    told === null ? null : fitOfNetworks(told, counted === null ? traits : { ...traits, slackMiB: counted }, card);
  if (unseen === null || unseen.replay === null) return null;
  const { replay, staticMiB, slackMiB } = unseen;
  const isTelling = ({ roomMiB }: Observation): boolean => roomMiB !== null || !slicesToFit(replay.networks.scores);
  const rows = exactOnes(observations.filter(isTelling).flatMap((run) => rowsOf(run, 'active', staticMiB)));
  const laws = yield* aboutTheRuns([replay, ...replay.rivals], rows);
  if (laws === null) return null;
  const strays: (readonly number[])[] = [];
  for (const law of laws) strays.push(yield* straysUnderCaps(law, observations, staticMiB, slackMiB));
  const runs = at(strays, 0).map((_, i) => strays.map((ofLaw) => at(ofLaw, i)));
  const contradicting = runs.filter((ofRun) => ofRun.every((stray) => Math.abs(stray) > TOLERANCE));
  if (contradicting.length > CONTRADICTING_SHARE * runs.length) return null;
  return {
    ...unseen,
    replay: { ...replay, ...at(laws, 0), rivals: laws.slice(1) },
    known: knownOf(observations, staticMiB),
    runs: summaryOfRuns(observations, observations).runs,
  };
}

/** The nearest first; null where a run does not lie between them. */
function* aboutTheRuns(all: readonly Replay[], rows: readonly MeasuredRow[]): Steps<Replay[] | null> {
  if (rows.length === 0) return null;
  const errors: { readonly law: Replay; readonly each: readonly number[]; readonly size: number }[] = [];
  for (const law of all) {
    const each = rows.map((row) => (replayedMiB(activePeakMiB, law.networks, row) - row.valueMiB) * row.weight);
    errors.push({ law, each, size: each.reduce((sum, error) => sum + Math.abs(error), 0) });
    yield;
  }
  const isBetween = rows.every(
    (_, i) =>
      errors.some(({ each }) => at(each, i) <= ACTIVE_SHARE) && errors.some(({ each }) => at(each, i) >= -ACTIVE_SHARE),
  );
  return isBetween ? errors.sort((a, b) => a.size - b.size).map(({ law }) => law) : null;
}
