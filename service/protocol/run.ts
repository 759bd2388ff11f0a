/** What is known of one generation, on the wire and in the store. */
import * as z from 'zod';
import { phaseSchema } from './settings.ts';

/** 16 TiB: beyond any machine's, and far from where sums and squares lose their meaning. */
export const mibSchema = z
  .number()
  .min(0)
  .max(16 * 1024 * 1024);
/** Milliseconds since 1970, as far as a Date goes. */
export const atMsSchema = z.number().min(0).max(8.64e15);
/** Half a year. */
export const durationMsSchema = z
  .number()
  .min(0)
  .max(180 * 24 * 3_600_000);

/** `oom` is a result, not an accident: the peak of such a run is a lower bound. */
export const outcomeSchema = z.enum(['ok', 'oom', 'interrupted', 'failed']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Who asked for the generation: the benchmark, its discarded warm-up, or the person. */
export const originSchema = z.enum(['benchmark', 'warm-up', 'ordinary']);
export type Origin = z.infer<typeof originSchema>;

/** PyTorch's counters now (memory_allocated, memory_reserved). */
export const torchNowSchema = z.strictObject({ allocatedMiB: mibSchema, reservedMiB: mibSchema });
export type TorchNow = z.infer<typeof torchNowSchema>;

/**
 * `start`: before the first work on pictures (moving networks, encoding the prompt); told only of a run that did not
 * get further.
 */
const runPhaseSchema = z.enum(['start', ...phaseSchema.options]);

/** PyTorch's counters over one phase (active_bytes.all.peak, reserved_bytes.all.peak since the phase began). */
export const phaseCountersSchema = z.strictObject({
  phase: runPhaseSchema,
  activePeakMiB: mibSchema,
  reservedPeakMiB: mibSchema,
  durationMs: durationMsSchema,
});
export type PhaseCounters = z.infer<typeof phaseCountersSchema>;

/** PyTorch's counters over a whole run (num_alloc_retries and num_ooms as differences). */
export const torchPeaksSchema = z.strictObject({
  activePeakMiB: mibSchema,
  reservedPeakMiB: mibSchema,
  allocRetries: z.int().min(0),
  ooms: z.int().min(0),
});
export type TorchPeaks = z.infer<typeof torchPeaksSchema>;

/**
 * Why a run is kept but never fitted. `disturbed`: what is not torch's moved by more than 64 MiB meanwhile; `spilled`:
 * more was reserved than the device holds (drivers that spill to system RAM); `extras`: ControlNet, refiner and the
 * like; `no-samples`: neither torch's counters nor a reading of the device; `outlier`: an ordinary run far outside what
 * was estimated; `rescued`: its decode ran out of memory and was done again in parts; `cut-off`: the sidecar stopped
 * while it ran; `superseded`: from before a drift after which the benchmark was run again (never stored: it follows
 * from the runs).
 */
export const markSchema = z.enum([
  'disturbed',
  'spilled',
  'extras',
  'interrupted',
  'warm-up',
  'no-samples',
  'outlier',
  'rescued',
  'cut-off',
  'superseded',
]);
export type Mark = z.infer<typeof markSchema>;
