/** Time of advice in the sidecar: settings near the edge of a card, each of them asked about for the first time. */
import { advise } from '../service/advice/advise.ts';
import { atOnce } from '../service/base/steps.ts';
import { keepHeapSmall } from '../service/cli/small-heap.ts';
import type { Fit } from '../service/model/types.ts';
import { hashUnit } from '../service/plan/random.ts';
import { learnt, recorded, situationOf, type Recorded } from './advice/rig.ts';
import { summarise, type Row } from './figures.ts';

const TABLES = ['sd1-sdp', 'sd1-doggettx', 'sdxl-sdp'];
/** A card holds so much of what is needed. */
const LEAST_SHARE = 0.85;
/** Enough for V8 to compile what most of them ask for. */
const WARM_UP = 4;
const GOAL_MS = 30;

/** With the laws that runs have told, and with all that are possible before any run. */
export function measureAdvice(): Row[] {
  keepHeapSmall();
  const ofKind = (what: string, fitOf: (on: Recorded) => Fit): Row => ({
    what: `advice ${what} (ms)`,
    unit: 'ms',
    figures: summarise(TABLES.flatMap((table) => tookMs(recorded(table), fitOf(recorded(table))))),
    goal: GOAL_MS,
    judged: 'median',
  });
  return [ofKind('once runs have told the laws', learnt), ofKind('without any run', ({ unseen }) => unseen)];
}

function tookMs(on: Recorded, fit: Fit): number[] {
  const needs = on.table.rows.flatMap(({ settings, needMiB }) => (needMiB === null ? [] : [{ settings, needMiB }]));
  const took = needs.map(({ settings, needMiB }, i) => {
    const share = LEAST_SHARE + (1 - LEAST_SHARE) * hashUnit(1, `${on.table.name} card ${i}`);
    const situation = situationOf(on, fit, settings, needMiB * share - 1);
    const begin = performance.now();
    atOnce(advise(situation));
    return performance.now() - begin;
  });
  return took.slice(WARM_UP);
}
