/**
 * Time of a fit and of one estimate, in a process that is warm and compiles as the sidecar does when a person moves a
 * slider.
 */
import { keepHeapSmall } from '../service/cli/small-heap.ts';
import { estimate } from '../service/estimate/estimate.ts';
import { fit } from '../service/model/fit.ts';
import { hostWith } from './accuracy/host-file.ts';
import { runAccuracy } from './accuracy/run.ts';
import { tracedTables } from './accuracy/traced.ts';
import { summarise, type Row } from './figures.ts';
import { measureFirstFit } from './first-fit.ts';

const FITS = 100;
const ESTIMATES = 2900;
const WARM_UP = 20;
const BUDGET = 24;

/** Sizes that the score has not asked for: what is required takes its time once for each setting, and is remembered. */
const NEW_PX = 8;
const NEW_ESTIMATES = 500;

/** Fits and estimates of the traced tables; each estimate is of another setting. */
export function measureEstimator(): Row[] {
  const firstFits = measureFirstFit(BUDGET);
  keepHeapSmall();
  const fitMs: number[] = [];
  const estimateMs: number[] = [];
  const newMs: number[] = [];
  for (const { file, staticMiB, rows } of tracedTables()) {
    const settings = rows.map((row) => row.settings);
    const { fit: made, replayed } = runAccuracy(rows, {
      table: file,
      staticMiB,
      host: hostWith('fused'),
      budget: BUDGET,
      seed: 1,
      noiseMiB: 0,
    });
    if (made === null) throw new Error(`${replayed.observations.length} runs of ${file} give no fit`);
    fitMs.push(...timed(new Array<null>(FITS).fill(null), () => fit(replayed.observations, made.traits)));
    const unasked = settings
      .filter((_, i) => i % Math.floor(settings.length / NEW_ESTIMATES) === 0)
      .map((one) => ({ ...one, width: one.width + NEW_PX }));
    newMs.push(...timed(unasked, (one) => estimate(made, one)));
    estimateMs.push(...timed(settings.slice(0, ESTIMATES), (one) => estimate(made, one)));
  }
  return [
    ...firstFits,
    {
      what: `fit to a benchmark of ${BUDGET} runs (ms)`,
      unit: 'ms',
      figures: summarise(fitMs),
      goal: 20,
      judged: 'median',
    },
    {
      what: 'one estimate, of settings never asked for (ms)',
      unit: 'ms',
      figures: summarise(newMs),
      goal: 0.3,
      judged: 'median',
    },
    {
      what: 'one estimate, asked for again (ms)',
      unit: 'ms',
      figures: summarise(estimateMs),
      goal: 0.1,
      judged: 'median',
    },
  ];
}

function timed<T>(all: readonly T[], work: (one: T) => unknown): number[] {
  const times = all.map((one) => {
    const begin = performance.now();
    work(one);
    return performance.now() - begin;
  });
  return times.slice(WARM_UP);
}
