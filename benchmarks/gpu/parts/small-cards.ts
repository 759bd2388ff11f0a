/** Part 4: the process capped to a small card's size: a verdict before each run, its outcome after. */
import { systemClock } from '../../../service/base/system-clock.ts';
import { MIB_PER_GIB } from '../../../service/base/units.ts';
import { createHistories } from '../../../service/calibration/history.ts';
import { observationsForFit } from '../../../service/calibration/observations.ts';
import { estimate } from '../../../service/estimate/estimate.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import { fit } from '../../../service/model/fit.ts';
import type { Fit } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { openStore } from '../../../service/store/store.ts';
import { dataDirOf } from '../rig.ts';
import { randomSettings } from '../settings.ts';
import type { Options } from '../options.ts';
import { NOT_FITTED, type Ending, type Work } from './part.ts';

const CARDS_GIB = [6, 8, 12, 16];
/** Far from the edge a verdict is no feat. */
const NEAR = { least: 0.7, most: 1.4 };
const DRAWN = 2_000;
/** All that the WebUI's sliders and the benchmark's form reach: large settings fill a large card only in batches. */
const BOUNDS = { maxSizePx: 2048, maxBatchSize: 16 };
const SEED = 4_711;

export async function smallCards(work: Work): Promise<Ending> {
  const { options, records, rig, say } = work;
  const fitted = fitFromStore(options);
  for (const cardGiB of CARDS_GIB) {
    const totalMiB = cardGiB * MIB_PER_GIB;
    if (fitted.staticMiB > totalMiB) {
      say(`${cardGiB} GiB: the weights alone are more, so there is nothing to judge`);
      continue;
    }
    const near = nearTheEdge(fitted, totalMiB);
    if (near.length === 0) say(`${cardGiB} GiB: nothing that this network can be asked for comes near`);
    for (const [index, settings] of near.slice(0, options.capped).entries()) {
      const item = `${cardGiB} GiB ${index + 1}`;
      if (records.has('card', item)) continue;
      if (work.isLate()) return 'out-of-time';
      const estimated = estimate(fitted, settings);
      if (!estimated.ok) throw new Error(`no estimate: ${estimated.reason}`);
      const judged = verdict(estimated, { usableMiB: totalMiB, otherMiB: 0 });
      const { outcome } = await rig.capture.run(settings, totalMiB, NOT_FITTED);
      records.add({
        kind: 'card',
        item,
        cardGiB,
        settings,
        verdict: judged.verdict,
        requiredMiB: estimated.required,
        outcome,
      });
      say(`${item}: ${judged.verdict}, then ${outcome}`);
    }
  }
  return 'done';
}

/** The very fit that the sidecar has: from what its benchmark stored. */
function fitFromStore(options: Options): Fit {
  const store = openStore(dataDirOf(options), systemClock.nowMs());
  try {
    const known = store.environments()[0];
    if (known === undefined) throw new Error('the store is empty: part "generations" must come first');
    const result = fit(observationsForFit(createHistories(store).of(known.keyHash).runs), known.environment.traits);
    if (!result.ok) throw new Error(`no fit: ${result.reason}`);
    return result.value;
  } finally {
    store.close();
  }
}

function nearTheEdge(fitted: Fit, totalMiB: number): GenerationSettings[] {
  return randomSettings(DRAWN, SEED, BOUNDS).filter((settings) => {
    const estimated = estimate(fitted, settings);
    const share = estimated.ok ? estimated.required.valueMiB / totalMiB : 0;
    return share >= NEAR.least && share <= NEAR.most;
  });
}
