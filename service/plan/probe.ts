import type { GenerationSettings } from '../protocol/settings.ts';
import { momentsOf, quantileOf } from '../model/belief.ts';
import { chancesBelow, factorsOf, FACTOR_GROUPS, jitterMiB, learnBeliefs, needMiB, type Beliefs, type Factors } from '../model/required.ts';
import { isExact } from '../model/rows.ts';
import type { FactorGroup, Fit, Observation } from '../model/types.ts';
import { hashUnit } from './random.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

/** A need known to this share of the total is not asked about any more. */
const KNOWN_SHARE = 0.006;
/** Each earlier probe at the same work makes a setting this much less worth: the allocator's rounding is the same again. */
const REPEAT_WORTH = 0.88;

/** Settings whose peaks were seen, MiB above the weights: the need lies between active and reserved. */
interface Seen {
  readonly settings: GenerationSettings;
  readonly activeMiB: number;
  readonly reservedMiB: number;
}

interface Probe {
  readonly seen: Seen;
  readonly group: FactorGroup;
  readonly worth: number;
}

/**
 * A run under a cap that splits what is believed of one network's factor in half, where that network's share of the
 * need is least known; null where all is known well enough.
 */
export function nextProbe(options: PlanOptions, model: Fit, observations: readonly Observation[]): PlannedRun | null {
  const beliefs = learnBeliefs(observations, model.active, model.staticMiB);
  const factors = factorsOf(beliefs);
  let best: Probe | null = null;
  for (const seen of settingsSeen(observations, model.staticMiB)) {
    const { settings } = seen;
    for (const group of FACTOR_GROUPS) {
      const worth = worthOf(seen, group, model, factors) * freshness(settings, observations) * (1 + 0.03 * hashUnit(options.seed, JSON.stringify(settings)));
      if (worth > (best?.worth ?? KNOWN_SHARE)) best = { seen, group, worth };
    }
  }
  if (best === null) return null;
  const capMiB = capOf(best, model, beliefs, factors);
  return capMiB === null ? null : { settings: best.seen.settings, capMiB: Math.round(model.staticMiB + capMiB) };
}

/** What a cap is set against is known at these, and that they fit is known too. */
function settingsSeen(observations: readonly Observation[], staticMiB: number): Seen[] {
  const found = new Map<string, Seen>();
  for (const run of observations) {
    if (run.capMiB !== null || !isExact(run) || run.reservedPeakMiB === null || run.activePeakMiB === null) continue;
    found.set(JSON.stringify(run.settings), { settings: run.settings, activeMiB: run.activePeakMiB - staticMiB, reservedMiB: run.reservedPeakMiB - staticMiB });
  }
  return [...found.values()];
}

const needAt = (settings: GenerationSettings, model: Fit, factors: Factors, group: FactorGroup, factor: number): number =>
  needMiB(settings, model.active, (of) => (of === group ? factor : factors[of].value)).valueMiB;

/** How far apart the ends of the belief are, as a share of the total. */
function worthOf(seen: Seen, group: FactorGroup, model: Fit, factors: Factors): number {
  const { settings, activeMiB, reservedMiB } = seen;
  const lowMiB = Math.max(activeMiB, needAt(settings, model, factors, group, factors[group].low));
  const highMiB = Math.min(reservedMiB, needAt(settings, model, factors, group, factors[group].high));
  return (highMiB - lowMiB) / (model.staticMiB + highMiB);
}

function freshness(settings: GenerationSettings, observations: readonly Observation[]): number {
  const target = settings.hires ?? settings;
  const alike = observations.filter((run) => {
    const other = run.settings.hires ?? run.settings;
    return run.capMiB !== null && run.settings.batchSize === settings.batchSize && other.width * other.height === target.width * target.height;
  });
  return REPEAT_WORTH ** alike.length;
}

/** Shares of the belief that a cap is tried at. */
const CUTS = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97];
/** A cap is also tried this many jitters above a cut: beside a narrow heap of belief rather than within it. */
const BESIDE_JITTERS = [0, 1.5, 3];

/** Cap above the weights whose answer is expected to narrow the belief most (least expected variance afterwards), of those whose answer is open. */
function capOf(probe: Probe, model: Fit, beliefs: Beliefs, factors: Factors): number | null {
  const { settings, activeMiB, reservedMiB } = probe.seen;
  const { group } = probe;
  const belief = beliefs[group];
  let best: number | null = null;
  let least = Infinity;
  for (const cut of CUTS) {
    const needMiBAtCut = needAt(settings, model, factors, group, quantileOf(belief, cut));
    for (const jitters of BESIDE_JITTERS) {
      const capMiB = needMiBAtCut + jitters * jitterMiB(needMiBAtCut);
      if (capMiB <= activeMiB || capMiB >= reservedMiB) continue;
      const below = chancesBelow(settings, group, capMiB, model.active, beliefs);
      const after = [below, below.map((chance) => 1 - chance)].map((chances) => momentsOf(belief.factors, chances.map((chance, i) => chance * (belief.weights[i] ?? 0))));
      const expected = after.reduce((sum, { total, variance }) => sum + total * variance, 0);
      if (expected < least * (1 - 1e-9)) {
        least = expected;
        best = capMiB;
      }
    }
  }
  return best;
}
