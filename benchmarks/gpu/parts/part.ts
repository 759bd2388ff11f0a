/** What every part of the capture is given. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type { Options, Part } from '../options.ts';
import type { Estimated, Records, RunRecord, Seen } from '../records.ts';
import type { Rig } from '../rig.ts';
import { randomSettings } from '../settings.ts';
import { lastBefore, peakBetween, type Trace } from '../trace.ts';

export interface Work {
  readonly options: Options;
  readonly root: string;
  readonly records: Records;
  readonly rig: Rig;
  /** Nothing new is begun after this. */
  readonly isLate: () => boolean;
  readonly say: (text: string) => void;
}

/** Whether a part is done, or was stopped by the time limit. */
export type Ending = 'done' | 'out-of-time';

/** How long the device keeps showing the end of a run, beyond one interval. */
const SETTLE_MS = 60;
const TEST_SEED = 20_260;

/** Kept and shown by the sidecar, never fitted: the test set must not teach. */
export const NOT_FITTED = ['a run of the capture, for testing'];

export function boundsOf({ options, rig }: Work): { readonly maxSizePx: number; readonly maxBatchSize: number } {
  const defaults = rig.viewer.state()?.defaults;
  return {
    maxSizePx: options.maxSizePx ?? defaults?.maxSizePx ?? 1024,
    maxBatchSize: options.maxBatchSize ?? defaults?.maxBatchSize ?? 4,
  };
}

/** The test set: the same for every part. */
export function testSettings(work: Work): { readonly item: string; readonly settings: GenerationSettings }[] {
  return randomSettings(work.options.tests, TEST_SEED, boundsOf(work)).map((settings, index) => ({
    item: `test ${index + 1}`,
    settings,
  }));
}

/** Runs once, with the device watched; writes nothing down. */
export async function watchedRun(
  work: Work,
  trace: Trace,
  intervalMs: number,
  part: Part,
  item: string,
  settings: GenerationSettings,
  estimated: Estimated | null,
): Promise<RunRecord> {
  const told = await work.rig.capture.run(settings, null, NOT_FITTED);
  await sleep(2 * intervalMs + SETTLE_MS);
  const idle = lastBefore(trace.points, told.startedAtMs);
  const peak = peakBetween(trace.points, told.startedAtMs, told.endedAtMs + intervalMs + SETTLE_MS);
  const otherMiB = idle === null || told.before === null ? null : Math.max(0, idle.usedMiB - told.before.reservedMiB);
  const seen: Seen = { intervalMs, ...peak, otherMiB };
  return { kind: 'run', part, item, settings, capMiB: null, told, seen, estimated };
}
