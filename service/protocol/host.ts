/** Messages between the shim inside the WebUI (role `host`) and the sidecar. Numbered rules: docs/PROTOCOL.md. */
import * as z from 'zod';
import { errorMessageSchema } from './error.ts';
import {
  atMsSchema,
  durationMsSchema,
  mibSchema,
  originSchema,
  outcomeSchema,
  phaseCountersSchema,
  torchNowSchema,
  torchPeaksSchema,
} from './run.ts';
import { generationSettingsSchema } from './settings.ts';

const text = z.string().max(300);
const runId = z.string().min(1).max(64);

/** Where the WebUI computes. `cpu`: its own process's memory is what counts. */
export const backendSchema = z.enum(['cuda', 'rocm', 'xpu', 'mps', 'directml', 'cpu']);
export type Backend = z.infer<typeof backendSchema>;

/**
 * `doggettx`, `invokeai` and `adaptive` (Doggettx's before 1.6) slice their work to fit the memory that is free; how the
 * first two do is known.
 */
export const attentionSchema = z.enum([
  'fused',
  'unfused',
  'doggettx',
  'invokeai',
  'adaptive',
  'sub-quadratic',
  'unknown',
]);

/**
 * torch's device: `uuid` and `busId` as the driver writes them (GPU-..., 00000000:01:00.0), null where torch cannot
 * tell.
 */
export const hostDeviceSchema = z.strictObject({
  backend: backendSchema,
  name: text,
  uuid: z.string().max(100).nullable(),
  busId: z.string().max(40).nullable(),
  totalMiB: mibSchema.nullable(),
});
export type HostDevice = z.infer<typeof hostDeviceSchema>;

/**
 * What the estimator must know of the host beyond the calibration key. `staticMiB`: torch's allocated memory when idle.
 */
export const hostTraitsSchema = z.strictObject({
  attention: attentionSchema,
  condUncondBatched: z.boolean().nullable(),
  decodesBatch: z.boolean().nullable(),
  staticMiB: mibSchema.nullable(),
});
export type HostTraits = z.infer<typeof hostTraitsSchema>;

/**
 * Whose weights are on the card: of all networks all the time, of the one that computes (--medvram), or of that but of
 * the denoising network block by block (--lowvram).
 */
export type Resident = 'all' | 'network' | 'blocks';

/** With what the key tells beside them; `resident` is left out where all are. */
export type KnownTraits = HostTraits & { readonly resident?: Resident };

export const upscalerSchema = z.strictObject({ name: z.string().max(200), kind: z.enum(['latent', 'image']) });
export type Upscaler = z.infer<typeof upscalerSchema>;

/**
 * `key` holds what of the WebUI's settings moves the curve, name to value as text. The calibration key is its hash
 * together with the WebUI, its version, torch's and the device, which the sidecar adds.
 */
export const environmentSchema = z.strictObject({
  webui: text,
  webuiVersion: text,
  torchVersion: text,
  /** null while none is loaded: attention and family are not known then, so there is no calibration key. */
  checkpoint: text.nullable(),
  device: hostDeviceSchema,
  traits: hostTraitsSchema,
  key: z.record(z.string().max(60), text),
  upscalers: z.array(upscalerSchema).max(300),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * The environment as the shim reports it. `program`: what the program is made of, as modules that are there and what
 * they have; hosts/ tells from it which WebUI it is. A shim that was loaded before an update says a name of its own
 * instead, `webui`.
 */
export const hostReportSchema = environmentSchema.extend({
  webui: text.optional(),
  program: z.array(z.string().max(100)).max(50).optional(),
});
export type HostReport = z.infer<typeof hostReportSchema>;

/** The whole device, all programs' use included, as the CUDA runtime tells torch (torch.cuda.mem_get_info). */
export const deviceMemorySchema = z.strictObject({ freeMiB: mibSchema, totalMiB: mibSchema });
export type DeviceMemory = z.infer<typeof deviceMemorySchema>;

/** Shim to sidecar. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.int(), shimVersion: text, pid: z.int() }),
  z.strictObject({ type: z.literal('environment'), environment: hostReportSchema }),
  /**
   * At once after `run-ended` (the cache emptied as the WebUI does), so that others' memory can be told before and
   * after; else when it changes.
   */
  z.strictObject({
    type: z.literal('host-memory'),
    torch: torchNowSchema.nullable(),
    generating: z.boolean(),
    /**
     * Only while `device-memory` asks for it, null where it cannot be told. A shim that was loaded before an update
     * knows no such field.
     */
    device: deviceMemorySchema.nullable().optional(),
  }),
  z.strictObject({
    type: z.literal('run-started'),
    runId,
    origin: originSchema,
    settings: generationSettingsSchema,
    capMiB: mibSchema.nullable(),
    condUncondBatched: z.boolean().nullable(),
    /** What makes this run unlike a benchmark run (ControlNet, refiner, tiling ...): kept, shown, not fitted. */
    extras: z.array(text).max(50),
    /** torch's counters just before the run, after the cache was emptied where the WebUI does so. */
    torch: torchNowSchema.nullable(),
    /** When those were read, by the wall clock. */
    startedAtMs: atMsSchema,
  }),
  z.strictObject({ type: z.literal('run-phase'), runId, counters: phaseCountersSchema }),
  z.strictObject({
    type: z.literal('run-ended'),
    runId,
    outcome: outcomeSchema,
    torch: torchPeaksSchema.nullable(),
    durationMs: durationMsSchema,
    /** First 2000 characters of the error, without the prompt. */
    error: z.string().max(2000).nullable(),
  }),
  z.strictObject({
    type: z.literal('run-refused'),
    runId,
    /** `no-caps`: the process's memory cannot be bounded; the same run without a cap may be asked for. */
    reason: z.enum(['busy', 'no-model', 'unsupported', 'no-caps', 'interrupted']),
    message: text,
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Sidecar to shim. */
export const toHostMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('welcome'), protocol: z.int(), version: text }),
  z.strictObject({
    type: z.literal('run'),
    runId,
    origin: originSchema,
    settings: generationSettingsSchema,
    /** Cap on the process (torch.cuda.set_per_process_memory_fraction) for this run alone; null for none. */
    capMiB: mibSchema.nullable(),
    steps: z.int().min(1).max(50),
  }),
  z.strictObject({ type: z.literal('cancel'), runId }),
  /**
   * Whether `host-memory` is to come each second, with `device`: where nvidia-smi has no figures for it. Not before it
   * is told so.
   */
  z.strictObject({ type: z.literal('device-memory'), wanted: z.boolean() }),
  z.strictObject({ type: z.literal('refused'), reason: text, message: text }),
  errorMessageSchema,
]);
export type ToHostMessage = z.infer<typeof toHostMessageSchema>;
