import { at } from '../base/at.ts';
import { atOnce, type Steps } from '../base/steps.ts';
import { NO_HINTS, type Hints } from '../hosts/hints.ts';
import { fitBetweenLaws } from './unmeasured/between-laws.ts';
import { fitByFew } from './unmeasured/few-runs.ts';
import { fitByReplay } from './fit-by-replay.ts';
import { fitProcess } from './fit-process.ts';
import { guessStaticMiB, slackOf } from './static.ts';
import { outputAreaMpx } from './geometry.ts';
import { fitMaxPlanes } from './fit-planes.ts';
import { evaluate, type PlaneRow } from './max-planes.ts';
import { replayedProbes } from './replay/probes.ts';
import { judgedByCaps } from './replay/need.ts';
import { recognise } from './replay/recognise.ts';
import { isOfAny } from './replay/replayed-row.ts';
import type { Recognised } from './replay/scaled.ts';
import { slicesAttention } from './replay/scores-of.ts';
import { knownOf } from './known.ts';
import { factorsOf, learnBeliefs } from './learn.ts';
import { allowedTerms, TERMS } from './pieces.ts';
import { isExact, rowsOf, type MeasuredRow } from './rows.ts';
import { summaryOfRuns } from './run-summary.ts';
import { explainedByPlanes, spreadOf, usualShare } from './spread.ts';
import type { Coefficients, Fit, FitResult, HostTraits, Observation, Spread } from './types.ts';
import type { FitFailure } from '../protocol/calibration.ts';

/** A residual beyond this share of the total, while the others are far smaller, is an outlier. */
const OUTLIER_SHARE = 0.25;
const OUTLIER_TIMES_MEDIAN = 8;

/**
 * Fits active, reserved and required memory to the runs of one environment.
 * @param observations runs in any order; the result does not depend on it.
 * @param hints what the set-up says of its networks: where all is told, one run does, for it has but to tell those
 *   apart that may be meant.
 * @returns plain data for `estimate`, or why there is not enough to fit.
 */
export function fit(observations: readonly Observation[], traits: HostTraits, hints = NO_HINTS): FitResult {
  return atOnce(fitInSteps(observations, traits, hints));
}

/** The same, which may take seconds where the runs are hundreds of settings. */
export function* fitInSteps(
  observations: readonly Observation[],
  traits: HostTraits,
  hints = NO_HINTS,
): Steps<FitResult> {
  const byFew = yield* fitByFew(observations, traits, hints);
  if (byFew !== null) return { ok: true, value: byFew };
  const byRuns = yield* fitByRuns(observations, traits, hints);
  if (byRuns.ok && isLikeKnown(byRuns.value)) return byRuns;
  const between = yield* fitBetweenLaws(observations, traits, hints);
  return between === null ? byRuns : { ok: true, value: between };
}

/** In all its phases. */
function isLikeKnown({ replay }: Fit): boolean {
  return replay !== null && replay.tellsNeed && (replay.networks.unlike ?? []).length === 0;
}

/** Of what the runs tell by themselves: what a benchmark plans by. */
export function fitOfRuns(observations: readonly Observation[], traits: HostTraits, hints = NO_HINTS): FitResult {
  return atOnce(fitByRuns(observations, traits, hints));
}

function* fitByRuns(observations: readonly Observation[], traits: HostTraits, hints: Hints): Steps<FitResult> {
  const failure = whatIsMissing(observations, traits);
  if (failure !== null) return { ok: false, reason: failure };
  const staticMiB = traits.staticMiB ?? guessStaticMiB(observations);
  const slackMiB = slackOf(observations) ?? 0;
  if (slicesAttention(traits.attention)) return yield* fitByReplay(observations, traits, staticMiB, slackMiB, hints);
  if (observations.every((run) => run.activePeakMiB === null && run.phases === null))
    return yield* fitProcess(observations, traits);
  const active = yield* fitTarget(
    observations,
    'active',
    staticMiB,
    traits,
    TERMS.map(() => 0),
  );
  // Active bytes are part of the reserved ones, in every phase.
  const reserved = yield* fitTarget(observations, 'reserved', staticMiB, traits, active.coefficients);
  const kept = observations.filter((run) => !reserved.outliers.has(run) && !active.outliers.has(run));
  const { replay: peakReplay, spread } = yield* peakOf(reserved, active, kept, { traits, slackMiB, hints });
  const replay =
    peakReplay === null
      ? null
      : { ...peakReplay, ...(yield* judgedByCaps(peakReplay, kept, staticMiB, slackMiB)), rivals: [] };
  const probes = yield* replayedProbes(replay, staticMiB, slackMiB);
  const beliefs = yield* learnBeliefs([...kept, ...probes], active.coefficients, staticMiB + slackMiB);
  return {
    ok: true,
    value: {
      version: 1,
      traits,
      staticMiB,
      slackMiB,
      active: active.coefficients,
      reserved: reserved.coefficients,
      replay,
      factors: factorsOf(beliefs),
      spread,
      known: knownOf(observations, staticMiB),
      process: null,
      ...summaryOfRuns(observations, kept),
    },
  };
}

/** The planes, or the replay of known networks where it leaves less unexplained. */
function* peakOf(
  reserved: TargetFit,
  active: TargetFit,
  kept: readonly Observation[],
  { traits, slackMiB, hints }: { readonly traits: HostTraits; readonly slackMiB: number; readonly hints: Hints },
): Steps<{ readonly replay: Recognised['replay'] | null; readonly spread: Spread }> {
  const hasPhases = kept.some((run) => run.phases !== null);
  const byPlanes = (rows: readonly MeasuredRow[]) => explainedByPlanes(rows, reserved.coefficients);
  const recognised = yield* recognise(active.rows, reserved.rows, { ...traits, slackMiB, hints });
  const unlike = recognised?.replay.networks.unlike ?? [];
  const like = reserved.rows.filter((row) => !isOfAny(row, unlike));
  if (recognised === null || usualShare(recognised) > usualShare(byPlanes(like)))
    return { replay: null, spread: spreadOf(byPlanes(reserved.rows), hasPhases) };
  const spread = spreadOf(recognised, hasPhases);
  if (unlike.length === 0) return { replay: recognised.replay, spread };
  const others = reserved.rows.filter((row) => isOfAny(row, unlike));
  return { replay: recognised.replay, spread: { ...spread, unlike: spreadOf(byPlanes(others), hasPhases) } };
}

interface TargetFit {
  readonly coefficients: Coefficients;
  readonly rows: readonly MeasuredRow[];
  readonly outliers: ReadonlySet<Observation>;
}

/**
 * Runs that failed far from all others are left out first, so that they push out none that succeeded: what they say of
 * their own settings is in `known`.
 */
function* fitTarget(
  observations: readonly Observation[],
  target: 'active' | 'reserved',
  staticMiB: number,
  traits: HostTraits,
  floor: Coefficients,
): Steps<TargetFit> {
  const allowed = allowedTerms(traits.attention, target);
  const fitted = (of: readonly RowsOfRun[]): Steps<Coefficients> =>
    fitMaxPlanes(
      of.flatMap((entry) => entry.rows),
      allowed,
      floor,
    );
  let left: readonly RowsOfRun[] = observations.map((run) => ({ run, rows: rowsOf(run, target, staticMiB) }));
  let coefficients = yield* fitted(left);
  const outliers = new Set<Observation>();
  for (const kind of ['at-least', 'exact'] as const) {
    const found = outliersOf(left, kind, coefficients);
    if (found.size === 0) continue;
    for (const run of found) outliers.add(run);
    left = left.filter((entry) => !found.has(entry.run));
    coefficients = yield* fitted(left);
  }
  return { coefficients, rows: left.flatMap((entry) => entry.rows), outliers };
}

interface RowsOfRun {
  readonly run: Observation;
  readonly rows: readonly MeasuredRow[];
}

/** Of one kind, those that lie far from the planes though the others of all kinds do not. */
function outliersOf(all: readonly RowsOfRun[], kind: PlaneRow['kind'], coefficients: Coefficients): Set<Observation> {
  const residual = (row: PlaneRow): number => {
    const aboveMiB = evaluate(row.pieces, coefficients).valueMiB - row.valueMiB;
    return (row.kind === 'exact' ? Math.abs(aboveMiB) : Math.max(0, -aboveMiB)) * row.weight;
  };
  const sizes = all.flatMap((entry) => entry.rows.map(residual)).sort((a, b) => a - b);
  if (sizes.length === 0) return new Set();
  const median = at(sizes, Math.floor(sizes.length / 2));
  const limit = Math.max(OUTLIER_SHARE, OUTLIER_TIMES_MEDIAN * median);
  return new Set(
    all
      .filter((entry) => entry.rows.some((row) => row.kind === kind && residual(row) > limit))
      .map((entry) => entry.run),
  );
}

function whatIsMissing(observations: readonly Observation[], traits: HostTraits): FitFailure | null {
  if (observations.length === 0) return 'no-runs';
  const measured = observations.filter(
    (run) => run.capMiB === null && isExact(run) && (run.reservedPeakMiB !== null || run.phases !== null),
  );
  if (measured.length === 0) return observations.every(isExact) ? 'too-few-runs' : 'all-runs-failed';
  const staticMiB = traits.staticMiB;
  if (staticMiB !== null && measured.every((run) => (run.reservedPeakMiB ?? Infinity) < staticMiB))
    return 'figures-below-weights';
  if (measured.length < 2) return 'too-few-runs';
  const areas = new Set(measured.map((run) => outputAreaMpx(run.settings).toFixed(6)));
  if (areas.size < 2) return 'needs-another-size';
  if (measured.every((run) => run.settings.batchSize === 1) && measured.every((run) => run.phases === null))
    return 'needs-a-larger-batch';
  return null;
}
