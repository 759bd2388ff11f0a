/**
 * Messages between the shim inside the WebUI and the sidecar, as they are on the wire: plain facts upwards, constructor
 * arguments downwards. What they mean is hosts/. Numbered rules: docs/PROTOCOL.md.
 */
import * as z from 'zod';
import { companySchema } from './company.ts';
import { errorMessageSchema } from './error.ts';
import { MAX_MEMORY_ERROR } from './limits.ts';
import { atMsSchema, durationMsSchema, mibSchema } from './run.ts';

const text = z.string().max(300);
const runId = z.string().min(1).max(64);

/**
 * Values by the name that they were asked for, as Python's `str` writes them; null is None, and what is not there is
 * left out.
 */
const factsSchema = z.record(z.string().max(100), text.nullable());
export type Facts = Readonly<Record<string, string | null>>;

/** `type`, and what torch, CUDA's driver and the system tell of it; the card's number is never told. */
const reportedDeviceSchema = z
  .strictObject({
    type: text,
    hip: text.nullable(),
    name: text.nullable(),
    totalMiB: mibSchema.nullable(),
    uuid: text.nullable(),
    pci: z.strictObject({ domain: z.int(), bus: z.int(), device: z.int() }).meta({ id: 'Pci' }).nullable(),
    driverUuid: text.nullable(),
    driverBusId: text.nullable(),
  })
  .meta({ id: 'ReportedDevice' });
export type ReportedDevice = z.infer<typeof reportedDeviceSchema>;

const upscalerNames = z.array(z.string().max(200)).max(300);

/** The WebUI as it stands. `program`: what it is made of, of what hosts/ asks for. */
const reportSchema = z
  .strictObject({
    program: z.array(z.string().max(100)).max(50),
    facts: factsSchema,
    webuiVersion: text.nullable(),
    device: reportedDeviceSchema,
    latentUpscalers: upscalerNames,
    imageUpscalers: upscalerNames,
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof reportSchema>;

/**
 * torch's own, as they stand: peaks since they were reset last, which each mark does; counts since torch was loaded.
 */
const torchCountersSchema = z
  .strictObject({
    allocatedMiB: mibSchema,
    reservedMiB: mibSchema,
    activePeakMiB: mibSchema,
    reservedPeakMiB: mibSchema,
    allocRetries: z.int().min(0),
    ooms: z.int().min(0),
  })
  .meta({ id: 'TorchCounters' });
export type TorchCounters = z.infer<typeof torchCountersSchema>;

/** All programs' use included, as the CUDA runtime tells torch; `integrated`: it is memory of the machine's. */
const wholeDeviceSchema = z
  .strictObject({ freeMiB: mibSchema, totalMiB: mibSchema, integrated: z.boolean() })
  .meta({ id: 'WholeDevice' });
export type WholeDevice = z.infer<typeof wholeDeviceSchema>;

/**
 * Why a run was not begun. `no-processing`: the WebUI lacks the class, or its queue. `no-counters`: torch keeps none
 * for its device, so nothing can be capped; `cap-refused`: torch did not take the cap.
 */
export const becauseSchema = z
  .enum(['busy', 'no-model', 'no-processing', 'no-counters', 'cap-refused', 'cancelled', 'interrupted', 'shim-failed'])
  .meta({ id: 'Because' });
export type Because = z.infer<typeof becauseSchema>;

/** Shim to sidecar. */
export const shimMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    shimVersion: text,
    pid: z.int(),
    /** Whether the WebUI's process has had a job before: what CUDA loads with the first one is there. */
    hasGenerated: z.boolean(),
  }),
  z.strictObject({ type: z.literal('environment'), report: reportSchema }),
  /**
   * At once after `run-ended` (the cache emptied as the WebUI does), so that others' memory can be told before and
   * after; else when it changes. `device` only while `device-memory` asks for it.
   */
  z.strictObject({
    type: z.literal('host-memory'),
    torch: torchCountersSchema.nullable(),
    generating: z.boolean(),
    device: wholeDeviceSchema.nullable(),
    /** Another text after each load of a checkpoint; null while none is loaded. */
    loaded: text.nullable(),
    /** Whether Python's garbage was collected just before. */
    collected: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('run-started'),
    runId,
    /** torch's counters just before the run, after the cache was emptied where the WebUI does so. */
    torch: torchCountersSchema.nullable(),
    /** When those were read, by the wall clock. */
    startedAtMs: atMsSchema,
  }),
  /** The WebUI came to `at`, a hook of its scripts or its sampler; each once a run and pass. */
  z.strictObject({
    type: z.literal('run-mark'),
    runId,
    at: z.string().max(60),
    /** Since the run began. */
    afterMs: durationMsSchema,
    facts: factsSchema,
    /** Of a person's own run alone, where it may have changed. */
    company: companySchema.nullable(),
    torch: torchCountersSchema.nullable(),
  }),
  /** Before the end of a person's own run: how torch or a library said that memory ran out, in their words alone. */
  z.strictObject({ type: z.literal('ran-out'), runId, text: z.string().max(MAX_MEMORY_ERROR) }),
  z.strictObject({
    type: z.literal('run-ended'),
    runId,
    /** Whether the generation came to its end, rather than raise. */
    returned: z.boolean(),
    /** Which of the WebUI's flags that stop a generation are up. */
    stopFlags: z.array(text).max(10),
    /** What of `ERROR_SIGNS` is seen in its error and in those behind it, the outermost first. */
    errorSigns: z.array(z.string().max(60)).max(100),
    /** First 2000 characters of the error; never of a person's own run, for it may hold the prompt. */
    error: z.string().max(2000).nullable(),
    afterMs: durationMsSchema,
    torch: torchCountersSchema.nullable(),
  }),
  z.strictObject({
    type: z.literal('run-refused'),
    runId,
    because: becauseSchema,
    /** What torch or Python said. */
    detail: text.nullable(),
  }),
]);
export type ShimMessage = z.infer<typeof shimMessageSchema>;

const pictureSchema = z
  .strictObject({
    parameter: z.string().max(100),
    width: z.int(),
    height: z.int(),
    grey: z.int().min(0).max(255),
    isInList: z.boolean(),
  })
  .meta({ id: 'Picture' });

/** Sidecar to shim. */
export const toShimMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('welcome'), protocol: z.int(), version: text }),
  z.strictObject({
    type: z.literal('run'),
    runId,
    /** Cap on the process (torch.cuda.set_per_process_memory_fraction) for this run alone; null for none. */
    capMiB: mibSchema.nullable(),
    /** Class of the WebUI's modules.processing; what it has no parameter for is left out. */
    kind: text,
    parameters: z.record(z.string().max(100), z.unknown()),
    /** Plain pictures, each of one grey (0 is black, 255 white), as further parameters. */
    pictures: z.array(pictureSchema).max(10),
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
export type ToShimMessage = z.infer<typeof toShimMessageSchema>;
