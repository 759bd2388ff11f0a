/** Time of estimates of set-ups that nothing was run on: all networks and laws that they may have are replayed. */
import { keepHeapSmall } from '../service/cli/small-heap.ts';
import { estimate } from '../service/estimate/estimate.ts';
import type { GenerationSettings } from '../service/protocol/settings.ts';
import { recorded } from './advice/rig.ts';
import { summarise, type Row } from './figures.ts';

const TABLES = ['sd1-sdp', 'sd1-doggettx'];
/** Weights and all else included, as on a card of 8 GB. */
const ROOM_MIB = 7600;
/** Enough for V8 to compile all that a slider asks for. */
const WARM_UP = 20;

/** A drag of the width's slider, in its steps, at each of some heights. */
const DRAG: readonly GenerationSettings[] = [512, 640, 768].flatMap((height) =>
  Array.from({ length: 65 }, (_, step) => ({
    operation: 'txt2img' as const,
    width: 512 + 8 * step,
    height,
    batchSize: 1,
    hires: null,
  })),
);

/** For each table the first time that settings are asked for, and the second. */
export function measureUnmeasured(): Row[] {
  keepHeapSmall();
  return TABLES.flatMap((table) => {
    const { unseen } = recorded(table);
    // Settings as new objects, as messages bring them.
    const took = DRAG.map((settings) =>
      [{ ...settings }, { ...settings }].map((asked) => {
        const begin = performance.now();
        estimate(unseen, asked, ROOM_MIB);
        return performance.now() - begin;
      }),
    ).slice(WARM_UP);
    const row = (what: string, at: 0 | 1, goal: number): Row => ({
      what: `${what}, without any run, ${table} (ms)`,
      unit: 'ms',
      figures: summarise(took.map((both) => both[at] ?? 0)),
      goal,
      judged: 'median',
    });
    return [row('one estimate of new settings', 0, 0.5), row('one estimate, asked for again', 1, 0.1)];
  });
}
