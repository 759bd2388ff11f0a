/**
 * The WebUI (role `host`) as the sidecar understands it; what is on the wire is in shim.ts, and hosts/ lies between.
 */
import * as z from 'zod';
import { mibSchema, type Origin, type Outcome, type PhaseCounters, type TorchNow, type TorchPeaks } from './run.ts';
import { operationSchema, type GenerationSettings } from './settings.ts';
import { becauseSchema, type WholeDevice } from './shim.ts';

const text = z.string().max(300);

/** Where the WebUI computes. `cpu`: its own process's memory is what counts. */
export const backendSchema = z.enum(['cuda', 'rocm', 'xpu', 'mps', 'directml', 'cpu']);
export type Backend = z.infer<typeof backendSchema>;

/**
 * `doggettx`, `invokeai` and `adaptive` (Doggettx's before 1.6) slice their work to fit the memory that is free; how
 * the first two do is known.
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
export type Attention = z.infer<typeof attentionSchema>;

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
 * What the estimator must know of the host beyond the calibration key. `staticMiB`: the weights, which is the least
 * that torch had allocated when idle since the checkpoint was loaded, or what was left after a collection of garbage.
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

/**
 * With what the key tells beside them; `resident` is left out where all are. `slackMiB`: reserved less allocated at
 * idle, the cache emptied; left out where nobody has counted it.
 */
export type KnownTraits = HostTraits & { readonly resident?: Resident; readonly slackMiB?: number };

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

/** What the WebUI does, understood. */
export type HostMessage =
  | {
      readonly type: 'host-memory';
      readonly torch: TorchNow | null;
      readonly generating: boolean;
      readonly device: WholeDevice | null;
      /** Another text after each load of a checkpoint; null while none is loaded. */
      readonly loaded: string | null;
    }
  | RunStarted
  | { readonly type: 'run-phase'; readonly runId: string; readonly counters: PhaseCounters }
  /** A decode that ran out of memory was done again otherwise: the run's peaks are not those of its settings. */
  | { readonly type: 'run-rescued'; readonly runId: string }
  /** How torch or a library said that memory ran out, of a person's own run. */
  | { readonly type: 'ran-out'; readonly runId: string; readonly text: string }
  | RunEnded
  | RunRefused;

export interface RunStarted {
  readonly type: 'run-started';
  readonly runId: string;
  readonly origin: Origin;
  readonly settings: GenerationSettings;
  readonly capMiB: number | null;
  readonly condUncondBatched: boolean | null;
  /** What makes this run unlike a benchmark run (ControlNet, refiner, tiling ...): kept, shown, not fitted. */
  readonly extras: string[];
  /** torch's counters just before the run, after the cache was emptied where the WebUI does so. */
  readonly torch: TorchNow | null;
  /** When those were read, by the wall clock. */
  readonly startedAtMs: number;
}

export interface RunEnded {
  readonly type: 'run-ended';
  readonly runId: string;
  readonly outcome: Outcome;
  readonly torch: TorchPeaks | null;
  readonly durationMs: number;
  /** Without the prompt. */
  readonly error: string | null;
}

export interface RunRefused {
  readonly type: 'run-refused';
  readonly runId: string;
  /** `no-caps`: the process's memory cannot be bounded; the same run without a cap may be asked for. */
  readonly reason: 'busy' | 'no-model' | 'unsupported' | 'no-caps' | 'interrupted';
  readonly problem: RunProblem;
}

/**
 * What kept a generation from being run. `told`: the WebUI's own text, null where it gave none; `refused`: the shim did
 * not begin it; of the others the sidecar knows beforehand.
 */
export const runProblemSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('told'), text: z.string().nullable() }),
  z.strictObject({ code: z.literal('refused'), because: becauseSchema, detail: z.string().nullable() }),
  z.strictObject({ code: z.literal('hires-target') }),
  /** With an inpainting checkpoint. */
  z.strictObject({ code: z.literal('not-with-inpainting'), operation: operationSchema }),
  z.strictObject({ code: z.literal('no-upscaler'), upscaler: z.string().nullable(), operation: operationSchema }),
]);
export type RunProblem = z.infer<typeof runProblemSchema>;

/** A generation to be run by the WebUI. */
export interface RunOrder {
  readonly type: 'run';
  readonly runId: string;
  readonly origin: Origin;
  readonly settings: GenerationSettings;
  readonly capMiB: number | null;
  readonly steps: number;
}

/** What the WebUI is asked for. */
export type ToHostMessage =
  | RunOrder
  | { readonly type: 'cancel'; readonly runId: string }
  | { readonly type: 'device-memory'; readonly wanted: boolean };
