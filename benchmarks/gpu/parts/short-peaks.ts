/** Part 5: how often polling misses the top of the decode that torch's counter saw. */
import { startTrace, peakBetween } from '../trace.ts';
import { testSettings, watchedRun, type Ending, type Work } from './part.ts';

const INTERVALS_MS = [20, 50, 100];

/** Operations whose cache is emptied before the decode, so that its top stands alone. */
const WITH_A_DECODE_OF_ITS_OWN = ['img2img', 'hires_latent', 'hires_image'];

export async function shortPeaks(work: Work): Promise<Ending> {
  const { records, rig, options, say } = work;
  const settings = testSettings(work).filter((test) => WITH_A_DECODE_OF_ITS_OWN.includes(test.settings.operation));
  for (const intervalMs of INTERVALS_MS) {
    const trace = await startTrace(rig.capture.ready.device, rig.capture.pid, intervalMs);
    try {
      for (const { item: test, settings: one } of settings.slice(0, options.peaks)) {
        const item = `${intervalMs} ms ${test}`;
        if (records.has('peak', item)) continue;
        if (work.isLate()) return 'out-of-time';
        const { told, seen } = await watchedRun(work, trace, intervalMs, 'short-peaks', item, one, null);
        const decode = told.phases.find(({ phase }) => phase === 'decode');
        if (told.outcome !== 'ok' || decode === undefined || seen?.otherMiB === undefined || seen.otherMiB === null)
          continue;
        const { samples, peakMiB } = peakBetween(trace.points, decode.beganAtMs, decode.endedAtMs + intervalMs);
        const truthMiB = decode.reservedPeakMiB + seen.otherMiB;
        records.add({
          kind: 'peak',
          item,
          intervalMs,
          settings: one,
          decodeMs: decode.durationMs,
          truthMiB,
          seenMiB: peakMiB,
          samples,
        });
        say(
          `${item}: decode ${decode.durationMs.toFixed(0)} ms, ${samples} samples, seen ${peakMiB ?? '-'} of ${truthMiB.toFixed(0)} MiB`,
        );
      }
    } finally {
      await trace.stop();
    }
  }
  return 'done';
}
