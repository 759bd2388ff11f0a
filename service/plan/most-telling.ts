import { emptiesCacheAfterSampling } from '../operations/registry.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { outputAreaMpx } from '../model/geometry.ts';
import { evaluate } from '../model/max-planes.ts';
import { allowedTerms, pieces } from '../model/pieces.ts';
import { rowsOf } from '../model/rows.ts';
import type { Fit, Observation } from '../model/types.ts';
import { candidates } from './candidates.ts';
import { teacherOf, type Option } from './information.ts';
import { hashUnit } from './random.ts';
import type { PlanOptions } from './types.ts';

/** Runs after which the large batch is due: the fit knows by then what it needs. */
const BEFORE_ANCHOR = 4;
/** About 640 x 640 pixels: below, the pools' whole segments blur it. */
const ANCHOR_MPX = 0.39;

/**
 * Sampling's reserve is seen alone only in a large batch of an operation that empties the cache before decoding: until
 * such a run was made, those are what there is to choose from. Empty when it was made or is not due.
 */
export function anchors(
  options: PlanOptions,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
): GenerationSettings[] {
  const emptied = (settings: GenerationSettings): boolean =>
    emptiesCacheAfterSampling(settings) &&
    settings.batchSize >= options.maxBatchSize * 0.75 &&
    outputAreaMpx(settings) >= ANCHOR_MPX;
  const made = observations.some((run) => run.capMiB === null && emptied(run.settings));
  return made || observations.length < BEFORE_ANCHOR || options.maxBatchSize < 2 ? [] : open.filter(emptied);
}

/** Of those that are open the one that narrows the fit most; null where none does. */
export function mostTelling(
  options: PlanOptions,
  model: Fit,
  observations: readonly Observation[],
  open: readonly GenerationSettings[],
): GenerationSettings | null {
  const { traits, seed } = options;
  const optionOf = (settings: GenerationSettings): Option => {
    const own = pieces(settings);
    return { pieces: own, totalMiB: model.staticMiB + evaluate(own, model.active).valueMiB };
  };
  const all = candidates(options);
  const asked = options.operations.map((operation) =>
    all.filter((settings) => settings.operation === operation).map(optionOf),
  );
  const teachers = (['active', 'reserved'] as const).map((target) => {
    const rows = observations.flatMap((run) => rowsOf(run, target, model.staticMiB));
    return teacherOf(rows, asked, target, model[target], allowedTerms(traits.attention, target));
  });
  let best: GenerationSettings | null = null;
  let bestGain = 0;
  for (const settings of open) {
    const option = optionOf(settings);
    const gain =
      teachers.reduce((sum, teacher) => sum + teacher.gain(option), 0) *
      (1 + 0.05 * hashUnit(seed, JSON.stringify(settings)));
    if (gain > bestGain) {
      bestGain = gain;
      best = settings;
    }
  }
  return best;
}
