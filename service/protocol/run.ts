/** What is known of one generation, on the wire and in the store. */
import * as z from 'zod';
import { phaseSchema } from './settings.ts';

const mib = z.number().min(0).max(16 * 1024 * 1024);

/** `oom` is a result, not an accident: the peak of such a run is a lower bound. */
export const outcomeSchema = z.enum(['ok', 'oom', 'interrupted', 'failed']);

/** Who asked for the generation: the benchmark, its discarded warm-up, or the person. */
export const originSchema = z.enum(['benchmark', 'warm-up', 'ordinary']);

/** PyTorch's counters now (memory_allocated, memory_reserved). */
export const torchNowSchema = z.strictObject({ allocatedMiB: mib, reservedMiB: mib });
export type TorchNow = z.infer<typeof torchNowSchema>;

/** PyTorch's counters over one phase (active_bytes.all.peak, reserved_bytes.all.peak since the phase began). */
export const phaseCountersSchema = z.strictObject({
  phase: phaseSchema,
  activePeakMiB: mib,
  reservedPeakMiB: mib,
  durationMs: z.number().min(0),
});

/** PyTorch's counters over a whole run (num_alloc_retries and num_ooms as differences). */
export const torchPeaksSchema = z.strictObject({
  activePeakMiB: mib,
  reservedPeakMiB: mib,
  allocRetries: z.int().min(0),
  ooms: z.int().min(0),
});
