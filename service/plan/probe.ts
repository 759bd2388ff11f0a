import { at } from '../base/at.ts';
import { upscalesImages } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { atOnce } from '../base/steps.ts';
import { PX_PER_MPX } from '../base/units.ts';
import { outputAreaMpx, workMpx } from '../model/geometry.ts';
import { evaluate } from '../model/max-planes.ts';
import { pieces } from '../model/pieces.ts';
import { JITTERS, jitterOf, momentsOf, quantileOf } from '../model/belief.ts';
import { chancesBelow, coresOf, learnBeliefs, type Beliefs } from '../model/learn.ts';
import { FACTOR_GROUPS, jitterMiB, needMiB, type Factors } from '../model/required.ts';
import { replayedProbes } from '../model/replay/probes.ts';
import { isExact } from '../model/rows.ts';
import type { FactorGroup, Fit, Observation } from '../model/types.ts';
import { candidates } from './candidates.ts';
import { hashUnit } from './random.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

/** A plan for the worst jitter would ask the same kind for ever; what shows that it is there is learnt all the same. */
const USUAL_JITTERS = JITTERS.slice(0, 2);
/** A need known to this share of the total is not asked about any more. */
const KNOWN_SHARE = 0.002;
/**
 * Each earlier probe at the same work makes a setting this much less worth: the allocator's rounding is the same again.
 */
const REPEAT_WORTH = 0.5;
const SAME_AREA = 1.05;
/** A cap is set at settings whose peaks were seen rather than at others, all else alike. */
const UNSEEN_WORTH = 0.9;
/** An image upscaler's encoder finds what the first decode left, at some scales: it tells less of the encoder alone. */
const UPSCALE_WORTH = 0.6;

/** Settings that a cap may be set at, MiB above the weights: the need lies between active and reserved. */
interface Place {
  readonly settings: GenerationSettings;
  readonly activeMiB: number;
  readonly reservedMiB: number;
  readonly worth: number;
}

interface Probe {
  readonly place: Place;
  readonly group: FactorGroup;
  readonly worth: number;
}

/**
 * A run under a cap that splits what is believed of one kind's factor in half: of the kind that leaves the estimates of
 * the worst operation least known, at the settings where that shows most; null where all is known well enough.
 */
export function nextProbe(options: PlanOptions, model: Fit, observations: readonly Observation[]): PlannedRun | null {
  const replayed = atOnce(replayedProbes(model.replay, model.staticMiB, model.slackMiB));
  const beliefs = atOnce(
    learnBeliefs([...observations, ...replayed], model.active, model.staticMiB + model.slackMiB, USUAL_JITTERS),
  );
  const factors = coresOf(beliefs);
  const all = places(options, model, observations);
  const kinds = FACTOR_GROUPS.map((group) => ({ group, doubt: doubtOf(options, group, model, factors) })).sort(
    (a, b) => b.doubt - a.doubt,
  );
  for (const { group } of kinds) {
    let best: Probe | null = null;
    for (const place of all) {
      const worth = worthOf(place, group, model, factors) * place.worth;
      if (worth > (best?.worth ?? KNOWN_SHARE)) best = { place, group, worth };
    }
    const capMiB = best === null ? null : capOf(best, model, beliefs, factors);
    if (best !== null && capMiB !== null)
      return { settings: best.place.settings, capMiB: Math.round(model.staticMiB + model.slackMiB + capMiB) };
  }
  return null;
}

/**
 * How far a kind's factor leaves the estimates open, as shares of the total: the mean square over the squares that may
 * be asked for, of the worst operation.
 */
function doubtOf(options: PlanOptions, group: FactorGroup, model: Fit, factors: Factors): number {
  const open = (settings: GenerationSettings): number => {
    const highMiB = needAt(settings, model, factors, group, factors[group].high);
    return (highMiB - needAt(settings, model, factors, group, factors[group].low)) / (model.staticMiB + highMiB);
  };
  const squares = candidates(options).filter(({ width, height }) => width === height);
  return Math.max(
    ...options.operations.map((operation) => {
      const shares = squares.filter((settings) => settings.operation === operation).map(open);
      return shares.reduce((sum, share) => sum + share * share, 0) / Math.max(1, shares.length);
    }),
  );
}

/**
 * Those that were run, with what was seen, and squares that are no larger, with what is estimated: shape and hires fix
 * change nothing that a cap would tell.
 */
function places(options: PlanOptions, model: Fit, observations: readonly Observation[]): Place[] {
  const found = new Map<string, Place>();
  const add = (settings: GenerationSettings, activeMiB: number, reservedMiB: number, worth: number): void => {
    const text = JSON.stringify(settings);
    found.set(text, {
      settings,
      activeMiB,
      reservedMiB,
      worth: worth * freshness(settings, observations) * (1 + 0.03 * hashUnit(options.seed, text)),
    });
  };
  for (const settings of candidates(options)) {
    if (settings.hires !== null || settings.width !== settings.height) continue;
    if (
      workMpx(settings) > model.domain.maxWorkPx / PX_PER_MPX ||
      outputAreaMpx(settings) > model.domain.maxAreaPx / PX_PER_MPX
    )
      continue;
    const own = pieces(settings);
    const reservedMiB = evaluate(own, model.reserved).valueMiB;
    if (options.limitMiB !== null && model.staticMiB + reservedMiB > options.limitMiB) continue;
    add(settings, evaluate(own, model.active).valueMiB, reservedMiB, UNSEEN_WORTH);
  }
  for (const run of observations) {
    if (run.capMiB !== null || !isExact(run) || run.reservedPeakMiB === null || run.activePeakMiB === null) continue;
    const worth = upscalesImages(run.settings.operation) ? UPSCALE_WORTH : 1;
    add(
      run.settings,
      run.activePeakMiB - model.staticMiB,
      run.reservedPeakMiB - model.staticMiB - model.slackMiB,
      worth,
    );
  }
  return [...found.values()];
}

const needAt = (
  settings: GenerationSettings,
  model: Fit,
  factors: Factors,
  group: FactorGroup,
  factor: number,
): number => needMiB(settings, model.active, (of) => (of === group ? factor : factors[of].value)).valueMiB;

/** How far apart the ends of the belief are, as a share of the total. */
function worthOf(place: Place, group: FactorGroup, model: Fit, factors: Factors): number {
  const { settings, activeMiB, reservedMiB } = place;
  const lowMiB = Math.max(activeMiB, needAt(settings, model, factors, group, factors[group].low));
  const highMiB = Math.min(reservedMiB, needAt(settings, model, factors, group, factors[group].high));
  return (highMiB - lowMiB) / (model.staticMiB + highMiB);
}

function freshness(settings: GenerationSettings, observations: readonly Observation[]): number {
  const alike = observations.filter((run) => {
    const ratio = outputAreaMpx(run.settings) / outputAreaMpx(settings);
    return (
      run.capMiB !== null && run.settings.batchSize === settings.batchSize && ratio < SAME_AREA && ratio > 1 / SAME_AREA
    );
  });
  return REPEAT_WORTH ** alike.length;
}

/** Shares of the belief that a cap is tried at. */
const CUTS = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97];
/** A cap is also tried this many jitters above a cut: beside a narrow heap of belief rather than within it. */
const BESIDE_JITTERS = [0, 1.5, 3];

/**
 * Cap above the weights whose answer is expected to narrow the belief most (least expected variance afterwards), of
 * those whose answer is open.
 */
function capOf(probe: Probe, model: Fit, beliefs: Beliefs, factors: Factors): number | null {
  const { settings, activeMiB, reservedMiB } = probe.place;
  const { group } = probe;
  const belief = beliefs[group];
  let best: number | null = null;
  let least = Infinity;
  for (const cut of CUTS) {
    const needMiBAtCut = needAt(settings, model, factors, group, quantileOf(belief, cut));
    for (const jitters of BESIDE_JITTERS) {
      const capMiB = needMiBAtCut + jitters * jitterMiB(needMiBAtCut, jitterOf(belief));
      if (capMiB <= activeMiB || capMiB >= reservedMiB) continue;
      const below = chancesBelow(settings, group, capMiB, model.active, beliefs);
      const after = [below, below.map((chance) => 1 - chance)].map((chances) =>
        momentsOf(
          belief.factors,
          chances.map((chance, i) => chance * at(belief.weights, i)),
        ),
      );
      const expected = after.reduce((sum, { total, variance }) => sum + total * variance, 0);
      if (expected < least * (1 - 1e-9)) {
        least = expected;
        best = capMiB;
      }
    }
  }
  return best;
}
