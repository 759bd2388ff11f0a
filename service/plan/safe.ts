import type { GenerationSettings } from '../protocol/settings.ts';
import { needMiB } from '../model/required.ts';
import type { Fit } from '../model/types.ts';

/** The most that a run may need, by the wide end of what is known. */
export function highestNeedMiB(model: Fit, settings: GenerationSettings): number {
  return (
    model.staticMiB +
    model.slackMiB +
    1.05 * needMiB(settings, model.active, (group) => model.factors[group].high).valueMiB
  );
}
