/** One generation as it is kept: what the host counted, what the device showed, and why it may not be fitted. */
import * as z from 'zod';
import { environmentSchema, type Environment } from '../protocol/host.ts';
import {
  atMsSchema,
  durationMsSchema,
  markSchema,
  mibSchema,
  originSchema,
  outcomeSchema,
  phaseCountersSchema,
  torchNowSchema,
  torchPeaksSchema,
} from '../protocol/run.ts';
import { generationSettingsSchema } from '../protocol/settings.ts';

const mib = mibSchema.nullable();
const signedMiB = z
  .number()
  .min(-16 * 1024 * 1024)
  .max(16 * 1024 * 1024);
/** How far all that is not torch's may move during a run before its figures are doubted. */
export const DISTURBED_MIB = 64;

export const runSchema = z.strictObject({
  runId: z.string().min(1).max(64),
  keyHash: z.string().min(1).max(64),
  /** The benchmark that asked for it; null for an ordinary generation. */
  sessionId: z.string().min(1).max(64).nullable(),
  origin: originSchema,
  startedAtMs: atMsSchema,
  endedAtMs: atMsSchema,
  settings: generationSettingsSchema,
  capMiB: mib,
  condUncondBatched: z.boolean().nullable(),
  extras: z.array(z.string().max(300)).max(50),
  /** Just before the run: the device, all on it that is not the WebUI's, and torch's counters. */
  baseline: z.strictObject({ deviceUsedMiB: mib, otherMiB: mib, torch: torchNowSchema.nullable() }),
  totalMiB: mib,
  /** What programs can have of that in all. Older entries have none. */
  usableMiB: mib.default(null),
  /** Highest reading of the device within the run; short peaks fall between two samples. */
  devicePeakMiB: mib,
  /** Highest reading of the WebUI's process's own memory, where the source reads that (RAM). */
  ownPeakMiB: mib,
  torch: torchPeaksSchema.nullable(),
  /** What the first picture of the process loaded beside torch; null where it was not that. Older entries have none. */
  loadedMiB: mib.default(null),
  phases: z.array(phaseCountersSchema).max(64),
  outcome: outcomeSchema,
  durationMs: durationMsSchema,
  error: z.string().max(2000).nullable(),
  /** Of the whole device, as it was said before the run, with what that is known to have loaded beside torch. */
  estimatedPeakMiB: mib,
  /**
   * Its interval. `firm`: from a full calibration, inside what that measured, so that leaving it means something.
   * `similar`: from that of a similar set-up. Older entries have none.
   */
  estimatedPeakRange: z
    .strictObject({ lowMiB: signedMiB, highMiB: signedMiB, firm: z.boolean(), similar: z.boolean().default(false) })
    .nullable()
    .default(null),
  marks: z.array(markSchema).max(7),
});
export type Run = z.infer<typeof runSchema>;

/** The environment as it is stored with its key: what the runs were measured on. */
export const storedEnvironmentSchema = environmentSchema.omit({ upscalers: true });
export type StoredEnvironment = z.infer<typeof storedEnvironmentSchema>;

export function storedEnvironmentOf({ upscalers: _upscalers, ...environment }: Environment): StoredEnvironment {
  return environment;
}
