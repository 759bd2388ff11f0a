/** Messages between a page (role `viewer`) and the sidecar. Numbered rules: docs/PROTOCOL.md. */
import * as z from 'zod';
import { abilitiesSchema } from './abilities.ts';
import { adviceAboutSchema, adviceResultSchema } from './advice.ts';
import { benchmarkOptionsSchema, benchmarkStateSchema, refusalSchema } from './benchmark.ts';
import { calibrationStateSchema, findingSchema } from './calibration.ts';
import { errorMessageSchema } from './error.ts';
import { estimateResultSchema, requestedSettingsSchema } from './estimate.ts';
import { explainResultSchema } from './explanation.ts';
import { holdersSchema, ramReportSchema, useSchema } from './holders.ts';
import { environmentSchema, upscalerSchema } from './host.ts';
import { noticeSchema } from './notice.ts';
import { liveSchema } from './live.ts';
import { MAX_ERROR_TEXT } from './limits.ts';
import { optionSetSchema, optionValueSchema, settableOptionSchema } from './options.ts';
import { markSchema, originSchema, outcomeSchema } from './run.ts';
import { generationSettingsSchema, operationSchema } from './settings.ts';
import { sourceStateSchema } from './source.ts';

const text = z.string().max(2000);
const requestId = z.int().min(0);
const mib = z.number().nonnegative();

/**
 * Page to sidecar. `restart-sidecar` and `set-option` are answered by the shim's relay itself, never by the sidecar.
 */
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
  /** `settings`: the sliders as they stand, to be shown among the curves; null where they make no sense. */
  z.strictObject({
    type: z.literal('curves'),
    requestId,
    operation: operationSchema,
    settings: requestedSettingsSchema.nullable(),
  }),
  z.strictObject({ type: z.literal('runs'), requestId }),
  z.strictObject({
    type: z.literal('advice'),
    requestId,
    about: adviceAboutSchema,
    settings: requestedSettingsSchema,
  }),
  z.strictObject({ type: z.literal('holders'), requestId }),
  /** Whether the page shows memory as it moves: it is told while it does. */
  z.strictObject({ type: z.literal('watch'), shown: z.boolean() }),
  z.strictObject({ type: z.literal('explain'), requestId, text: z.string().max(MAX_ERROR_TEXT) }),
  /** `imported`: what imports brought, and nothing that was measured here. */
  z.strictObject({ type: z.literal('forget-runs'), keyHash: z.string().max(64), which: z.enum(['all', 'imported']) }),
  z.strictObject({ type: z.literal('restart-sidecar') }),
  /** `expected`: only where that is what stands there; null: whatever does. */
  z.strictObject({
    type: z.literal('set-option'),
    requestId,
    name: settableOptionSchema,
    value: optionValueSchema,
    expected: optionValueSchema.nullable(),
  }),
]);
export type ViewerMessage = z.infer<typeof viewerMessageSchema>;

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
const gpuProcessSchema = z.strictObject({
  pid: z.int(),
  name: z.string(),
  usedMiB: mib.nullable(),
  /** Left out where the driver's list says it of none. */
  use: useSchema.optional(),
});
export type GpuProcess = z.infer<typeof gpuProcessSchema>;

/** What is stored with a run, and why its set-up has no fit or an imported one does not count. */
const rowMarkSchema = z.enum([
  ...markSchema.options,
  ...abilitiesSchema.shape.reason.unwrap().options,
  'contradicted',
  'own-runs-count',
]);
export type RowMark = z.infer<typeof rowMarkSchema>;

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
  /** Why the run is left out of the fit; empty where it is in. */
  marks: z.array(rowMarkSchema),
  /** Not measured here. */
  imported: z.boolean(),
});
export type RunRow = z.infer<typeof runRowSchema>;

/** Of the same settings as the lines: a hires fix from another size than half is none. */
const curvePointSchema = z.strictObject({
  sizePx: z.number(),
  batchSize: z.int(),
  peakMiB: mib,
  ok: z.boolean(),
  imported: z.boolean(),
});
/**
 * A column a size. Null where there is nothing to show: a peak ends where required passes what the WebUI can have, and
 * required one size later.
 */
const curveFiguresSchema = z.strictObject({
  valueMiB: z.array(mib.nullable()),
  lowMiB: z.array(mib.nullable()),
  highMiB: z.array(mib.nullable()),
});
const curveLineSchema = z.strictObject({
  batchSize: z.int(),
  required: curveFiguresSchema,
  peak: curveFiguresSchema,
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
    calibration: calibrationStateSchema,
    benchmark: benchmarkStateSchema,
    defaults: benchmarkOptionsSchema,
    notices: z.array(z.strictObject({ level: z.enum(['info', 'warning', 'error']), notice: noticeSchema })),
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
    /** What the lines rest on, as the estimates do; null where no set-up is known. */
    finding: findingSchema.nullable(),
    /** Side of the square of the same area as the output, in pixels: the x axis of the plot. */
    sizesPx: z.array(z.number()),
    lines: z.array(curveLineSchema),
    points: z.array(curvePointSchema),
    /**
     * What the WebUI can have now, where the peaks end: what programs can have of the device less what others use. All
     * figures are the WebUI's own.
     */
    roomMiB: mib.nullable(),
    /** What was asked about; null where it is of another operation. `peakMiB`: null where it does not fit. */
    present: z
      .strictObject({ sizePx: z.number(), batchSize: z.int(), requiredMiB: mib, peakMiB: mib.nullable() })
      .nullable(),
  }),
  z.strictObject({ type: z.literal('runs'), requestId, rows: z.array(runRowSchema), total: z.int() }),
  z.strictObject({ type: z.literal('advice'), requestId, result: adviceResultSchema }),
  z.strictObject({ type: z.literal('holders'), requestId, holders: holdersSchema, ram: ramReportSchema }),
  liveSchema,
  z.strictObject({ type: z.literal('explain'), requestId, result: explainResultSchema }),
  z.strictObject({ type: z.literal('option-set'), requestId, result: optionSetSchema }),
  /** An order could not be followed. */
  z.strictObject({ type: z.literal('refused'), refusal: refusalSchema }),
  errorMessageSchema,
  /** The WebUI's own text: it is told while there is no sidecar. */
  z.strictObject({
    type: z.literal('sidecar'),
    state: z.enum(['starting', 'running', 'restarting', 'stopped']),
    message: text,
    canRestart: z.boolean(),
  }),
]);
export type ToViewerMessage = z.infer<typeof toViewerMessageSchema>;
export type ViewerState = Extract<ToViewerMessage, { type: 'state' }>;
