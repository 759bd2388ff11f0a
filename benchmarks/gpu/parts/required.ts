/** Part 3: the smallest cap under which a run succeeds, by bisection to 1 %. */
import { smallestCap } from '../bisect.ts';
import { NOT_FITTED, type Ending, type Work } from './part.ts';

const SHARE = 0.01;

/** Of the test set's runs that succeeded; in their order, in which the four operations take turns. */
export async function required(work: Work): Promise<Ending> {
  const { records, rig, options, say } = work;
  const runs = records
    .all('run')
    .filter(({ part, told }) => part === 'generations' && told.outcome === 'ok' && told.torch !== null);
  for (const { item, settings, told } of runs.slice(0, options.needs)) {
    if (records.has('need', item) || told.torch === null) continue;
    if (work.isLate()) return 'out-of-time';
    const { activePeakMiB, reservedPeakMiB } = told.torch;
    const bracket = await smallestCap(
      activePeakMiB,
      reservedPeakMiB,
      SHARE,
      async (capMiB) => (await rig.capture.run(settings, capMiB, NOT_FITTED)).outcome === 'ok',
    );
    records.add({
      kind: 'need',
      item,
      settings,
      needMiB: bracket.enoughMiB,
      tooLittleMiB: bracket.tooLittleMiB,
      tries: bracket.tries,
    });
    say(
      `${item}: needs ${bracket.enoughMiB.toFixed(0)} MiB (active ${activePeakMiB.toFixed(0)}, reserved ${reservedPeakMiB.toFixed(0)})`,
    );
  }
  if (runs.length === 0) throw new Error('no run of the test set has counters: part "generations" must come first');
  return 'done';
}
