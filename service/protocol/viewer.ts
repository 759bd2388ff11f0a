/** Messages between a page (role `viewer`) and the sidecar. Numbered rules: docs/PROTOCOL.md. */
import * as z from 'zod';
import { errorMessageSchema } from './error.ts';
import { environmentSchema, upscalerSchema } from './host.ts';
import { originSchema, outcomeSchema } from './run.ts';
import { generationSettingsSchema, operationSchema, phaseSchema } from './settings.ts';

const text = z.string().max(2000);
const requestId = z.int().min(0);
const mib = z.number().nonnegative();
const px = z.int().min(0).max(1_000_000);

/**
 * As the sliders stand, absurd values included: whether they make sense is answered in words, not by a closed socket.
 */
export const requestedSettingsSchema = z.strictObject({
  operation: operationSchema,
  width: px,
  height: px,
  batchSize: z.int().min(0).max(1_000_000),
  hires: z
    .strictObject({
      width: px,
      height: px,
      uncroppedWidth: px,
      uncroppedHeight: px,
      upscaler: z.string().max(200).nullable(),
    })
    .nullable(),
});
export type RequestedSettings = z.infer<typeof requestedSettingsSchema>;

export const budgetSchema = z.enum(['quick', 'default', 'thorough']);
export type Budget = z.infer<typeof budgetSchema>;

/** What a person chooses before Run Benchmark. */
export const benchmarkOptionsSchema = z.strictObject({
  maxSizePx: z.int().min(256).max(2048).multipleOf(64),
  maxBatchSize: z.int().min(1).max(16),
  operations: z.array(operationSchema).min(1).max(4),
  budget: budgetSchema,
});
export type BenchmarkOptions = z.infer<typeof benchmarkOptionsSchema>;

/** Page to sidecar. `restart-sidecar` is answered by the shim's relay itself, never by the sidecar. */
export const viewerMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.int() }),
  z.strictObject({
    type: z.literal('estimate'),
    requestId,
    tab: z.enum(['txt2img', 'img2img']),
    settings: requestedSettingsSchema,
  }),
  z.strictObject({ type: z.literal('benchmark-plan'), requestId, options: benchmarkOptionsSchema }),
  z.strictObject({ type: z.literal('benchmark-start'), options: benchmarkOptionsSchema }),
  z.strictObject({ type: z.literal('benchmark-resume') }),
  z.strictObject({ type: z.literal('benchmark-discard') }),
  z.strictObject({ type: z.literal('benchmark-cancel') }),
  z.strictObject({ type: z.literal('curves'), requestId, operation: operationSchema }),
  z.strictObject({ type: z.literal('runs'), requestId }),
  /** `imported`: what imports brought, and nothing that was measured here. */
  z.strictObject({ type: z.literal('forget-runs'), keyHash: z.string().max(64), which: z.enum(['all', 'imported']) }),
  z.strictObject({ type: z.literal('restart-sidecar') }),
]);
export type ViewerMessage = z.infer<typeof viewerMessageSchema>;

/** Why a memory source gives no figure. The same list as contract 1's, plus what only a live source can meet. */
export const sourceReasonSchema = z.enum([
  'not-started',
  'driver-missing',
  'driver-mismatch',
  'no-devices',
  'gpu-lost',
  'unknown-field',
  'no-permission',
  'not-available',
  'bad-output',
  'hung',
  'no-host',
  'no-memory-figures',
]);
export type SourceReason = z.infer<typeof sourceReasonSchema>;

const deviceStateSchema = z.strictObject({
  index: z.int().nullable(),
  uuid: z.string().nullable(),
  busId: z.string().nullable(),
  name: z.string(),
  totalMiB: mib.nullable(),
  usedMiB: mib.nullable(),
});
export type DeviceState = z.infer<typeof deviceStateSchema>;

/** `usedMiB` is null where the driver does not say (WDDM, WSL2). */
const gpuProcessSchema = z.strictObject({ pid: z.int(), name: z.string(), usedMiB: mib.nullable() });
export type GpuProcess = z.infer<typeof gpuProcessSchema>;

/**
 * `torch`: what torch reads of the card serves, for the `reason` that nvidia-smi has no figures. `VRAM` of a card or
 * `RAM` of the WebUI's process; `health` never says ok for a reading older than 3 s.
 */
const sourceStateSchema = z.strictObject({
  /** Of the source's folder in service/memory/sources. */
  kind: z.string().regex(/^[a-z][a-z-]{0,31}$/),
  label: z.enum(['VRAM', 'RAM']),
  health: z.enum(['starting', 'ok', 'stale', 'unavailable']),
  reason: sourceReasonSchema.nullable(),
  message: text.nullable(),
});
export type SourceState = z.infer<typeof sourceStateSchema>;

/**
 * What can be asked of a WebUI, as hosts/ decides. Where not all: its attention, or all that it does, is fitted to the
 * memory that is free, or Headroom does not know it well enough; `message` says why in words.
 */
export const abilitiesSchema = z.strictObject({
  benchmark: z.boolean(),
  estimate: z.boolean(),
  reason: z.enum(['attention-adapts', 'webui-adapts', 'unsupported']).nullable(),
  message: text.nullable(),
});
export type Abilities = z.infer<typeof abilitiesSchema>;

/** `message` says in words what happened and what to do. */
const benchmarkStateSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('idle'),
    /** A benchmark that stopped half-way under the key in force, if any. */
    resumable: z.strictObject({ runsDone: z.int(), runsPlanned: z.int(), options: benchmarkOptionsSchema }).nullable(),
    last: z
      .strictObject({ result: z.enum(['finished', 'cancelled', 'interrupted', 'failed']), message: text })
      .nullable(),
  }),
  z.strictObject({
    state: z.literal('running'),
    options: benchmarkOptionsSchema,
    /** 0 while warming up, then 1-based. */
    run: z.int(),
    runsPlanned: z.int(),
    settings: generationSettingsSchema.nullable(),
    timeLeftMs: z.number().nullable(),
    message: text,
  }),
]);
export type BenchmarkState = z.infer<typeof benchmarkStateSchema>;

const intervalSchema = z.strictObject({ valueMiB: mib, lowMiB: mib, highMiB: mib });
export type IntervalMiB = z.infer<typeof intervalSchema>;

/**
 * Answer to `estimate`. All MiB are of the whole device (what others use now is in them), so that each compares with
 * `usableMiB` directly: the total less what the driver keeps for itself. `marginMiB` = usable - required's upper bound
 * where it fits, usable - required otherwise.
 */
const estimateResultSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('estimated'),
    verdict: z.enum(['fits', 'tight', 'will-not-fit']),
    required: intervalSchema,
    peak: intervalSchema,
    marginMiB: z.number(),
    limitingPhase: phaseSchema,
    /**
     * `inside` the sizes that were run, `beyond` them, from a `similar` set-up's runs, from `imported` ones, or
     * `unmeasured`: worked out from what is known of the networks, for nothing was run.
     */
    basis: z.enum(['inside', 'beyond', 'similar', 'imported', 'unmeasured']),
    totalMiB: mib,
    usableMiB: mib,
    webuiMiB: mib.nullable(),
    othersMiB: mib.nullable(),
    /** Where it will not fit: the largest of the same shape, batch and operation that will. */
    largest: z.strictObject({ width: z.int(), height: z.int() }).nullable(),
    /**
     * That a person's own generations have left the estimates: by how much in the mean (negative where they took less),
     * and in words.
     */
    drift: z.strictObject({ meanMiB: z.number(), message: text }).nullable(),
    note: text.nullable(),
  }),
  z.strictObject({
    status: z.enum(['not-calibrated', 'measuring', 'adapts', 'unsupported', 'bad-settings', 'no-memory-source']),
    message: text,
    totalMiB: mib.nullable(),
    webuiMiB: mib.nullable(),
    othersMiB: mib.nullable(),
  }),
]);
export type EstimateResult = z.infer<typeof estimateResultSchema>;

export const runRowSchema = z.strictObject({
  runId: z.string(),
  startedAtMs: z.number(),
  origin: originSchema,
  settings: generationSettingsSchema,
  outcome: outcomeSchema,
  capMiB: mib.nullable(),
  activePeakMiB: mib.nullable(),
  reservedPeakMiB: mib.nullable(),
  devicePeakMiB: mib.nullable(),
  /** What was estimated before the run, of the whole device; null where nothing could be. */
  estimatedPeakMiB: mib.nullable(),
  /** Both without what was not the WebUI's before the run: by these an estimate is judged. */
  webuiPeakMiB: mib.nullable(),
  estimatedWebuiPeakMiB: mib.nullable(),
  durationMs: z.number().nullable(),
  /** Why the run is left out of the fit ("disturbed", "spilled", "extras" ...); empty where it is in. */
  marks: z.array(z.string()),
  /** Not measured here. */
  imported: z.boolean(),
});
export type RunRow = z.infer<typeof runRowSchema>;

/** `onLine`: of the same settings as the lines; a hires fix from another size than half is not. */
const curvePointSchema = z.strictObject({
  sizePx: z.number(),
  batchSize: z.int(),
  peakMiB: mib,
  ok: z.boolean(),
  imported: z.boolean(),
  onLine: z.boolean(),
});
/** Null where there is nothing to show: a peak ends where required passes what the WebUI can have. */
const curveLineSchema = z.strictObject({
  batchSize: z.int(),
  requiredMiB: z.array(mib.nullable()),
  peakMiB: z.array(mib.nullable()),
});

/** Sidecar to page; the two `sidecar` states that concern a dead sidecar come from the shim's relay. */
export const toViewerMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('state'),
    protocol: z.int(),
    version: z.string(),
    source: sourceStateSchema,
    /** The device that the WebUI computes on; null while unknown. */
    device: deviceStateSchema.nullable(),
    driverVersion: z.string().nullable(),
    devices: z.array(deviceStateSchema),
    processes: z.array(gpuProcessSchema).nullable(),
    environment: environmentSchema.omit({ upscalers: true }).nullable(),
    /** Of the WebUI that is connected; null where none is. */
    abilities: abilitiesSchema.nullable(),
    upscalers: z.array(upscalerSchema),
    keyHash: z.string().nullable(),
    /**
     * `unmeasured`: nothing was run that the estimates rest on. `runs`: those that the fit learnt from; `kept`: all of the key that are stored; `imported`: those of them that an
     * import brought.
     */
    calibration: z.strictObject({
      state: z.enum(['none', 'unmeasured', 'partial', 'ready']),
      runs: z.int(),
      kept: z.int(),
      imported: z.int(),
      message: text,
    }),
    benchmark: benchmarkStateSchema,
    defaults: benchmarkOptionsSchema,
    notices: z.array(z.strictObject({ level: z.enum(['info', 'warning', 'error']), message: text })),
  }),
  z.strictObject({
    type: z.literal('memory'),
    atMs: z.number(),
    usedMiB: mib.nullable(),
    totalMiB: mib.nullable(),
    webuiMiB: mib.nullable(),
    othersMiB: mib.nullable(),
  }),
  z.strictObject({ type: z.literal('benchmark'), benchmark: benchmarkStateSchema }),
  z.strictObject({
    type: z.literal('estimate'),
    requestId,
    tab: z.enum(['txt2img', 'img2img']),
    result: estimateResultSchema,
  }),
  z.strictObject({ type: z.literal('benchmark-plan'), requestId, runs: z.int(), minutes: z.number().nullable() }),
  z.strictObject({
    type: z.literal('curves'),
    requestId,
    operation: operationSchema,
    /** Side of the square of the same area as the output, in pixels: the x axis of the plot. */
    sizesPx: z.array(z.number()),
    lines: z.array(curveLineSchema),
    points: z.array(curvePointSchema),
    /**
     * What the WebUI can have now, where the peaks end: what programs can have of the device less what others use. All
     * figures are the WebUI's own.
     */
    roomMiB: mib.nullable(),
  }),
  z.strictObject({ type: z.literal('runs'), requestId, rows: z.array(runRowSchema), total: z.int() }),
  errorMessageSchema,
  z.strictObject({
    type: z.literal('sidecar'),
    state: z.enum(['starting', 'running', 'restarting', 'stopped']),
    message: text,
    canRestart: z.boolean(),
  }),
]);
export type ToViewerMessage = z.infer<typeof toViewerMessageSchema>;
export type ViewerState = Extract<ToViewerMessage, { type: 'state' }>;
