import type { GenerationSettings } from '../protocol/settings.ts';
import { dot, factorGroup, pieces } from '../model/pieces.ts';
import { FACTOR_GROUPS, needMiB, phaseNeedMiB } from '../model/required.ts';
import type { FactorGroup, Fit, Observation } from '../model/types.ts';
import { candidates } from './candidates.ts';
import { hashUnit } from './random.ts';
import { highestNeedMiB } from './safe.ts';
import type { PlannedRun, PlanOptions } from './types.ts';

/** A factor known to this share of the total is not asked about any more. */
const KNOWN_SHARE = 0.004;
/** Each earlier probe of the same settings makes them this much less worth: the allocator's rounding is the same again. */
const REPEAT_WORTH = 0.8;

/**
 * A run under a cap that splits what is believed of a network's factor in half, at settings where that network
 * decides; null where all factors are known well enough.
 */
export function nextProbe(options: PlanOptions, model: Fit, observations: readonly Observation[]): PlannedRun | null {
  let best: { settings: GenerationSettings; capMiB: number } | null = null;
  let bestWorth = KNOWN_SHARE;
  for (const settings of candidates(options)) {
    if (options.limitMiB !== null && highestNeedMiB(model, settings) > options.limitMiB) continue;
    const group = decidedBy(model, settings);
    if (group === null) continue;
    const factor = model.factors[group];
    const at = (value: number): number => needMiB(settings, model.active, (of) => (of === group ? value : model.factors[of].value)).valueMiB;
    const totalMiB = model.staticMiB + at(factor.value);
    const repeats = observations.filter((run) => run.capMiB !== null && JSON.stringify(run.settings) === JSON.stringify(settings)).length;
    const worth = ((at(factor.high) - at(factor.low)) / totalMiB) * REPEAT_WORTH ** repeats * (1 + 0.02 * hashUnit(options.seed, JSON.stringify(settings)));
    if (worth > bestWorth) {
      bestWorth = worth;
      best = { settings, capMiB: Math.round(totalMiB) };
    }
  }
  return best;
}

/** The network that decides whatever its factor is within its bounds; null where that depends. */
function decidedBy(model: Fit, settings: GenerationSettings): FactorGroup | null {
  const needOf = (group: FactorGroup, value: number): number =>
    pieces(settings).reduce((most, piece) => (factorGroup(piece.phase) === group ? Math.max(most, phaseNeedMiB(dot(piece.x, model.active), value)) : most), 0);
  for (const group of FACTOR_GROUPS) {
    const leastMiB = needOf(group, model.factors[group].low);
    if (FACTOR_GROUPS.every((other) => other === group || needOf(other, model.factors[other].value) < leastMiB)) return group;
  }
  return null;
}
