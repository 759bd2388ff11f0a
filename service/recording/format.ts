/** A recording of any program: NDJSON, a header, then what was read, then an end. Older readers refuse later ones. */
import * as z from 'zod';
import { atMsSchema, durationMsSchema, mibSchema } from '../protocol/run.ts';
import { sourceReasonSchema } from '../protocol/source.ts';

export const RECORDING_VERSION = 1;
/** Work moves what is allocated all the time: what stays for three looks of the hook is what it rests on. */
export const REST_MS = 290;

const mib = mibSchema.nullable();
const text = z.string().max(300);
/** Since the program was started; what was read before it has none. */
const afterMs = durationMsSchema;
const most = { devices: 64, programs: 64 };

const recordedDeviceSchema = z.strictObject({
  index: z.int().nullable(),
  uuid: text.nullable(),
  busId: text.nullable(),
  name: text,
  totalMiB: mib,
  /** What programs can have of that. */
  usableMiB: mib,
  /** By everybody, just before the program was started. */
  usedBeforeMiB: mib,
});
export type RecordedDevice = z.infer<typeof recordedDeviceSchema>;

/** `program`: its file's name alone, for its arguments may hold what nobody else is to know. */
const headerSchema = z.strictObject({
  type: z.literal('headroom-recording'),
  schemaVersion: z.literal(RECORDING_VERSION),
  headroomVersion: text,
  program: text,
  platform: text,
  startedAtMs: atMsSchema,
  intervalMs: z.int().min(1).max(60_000),
  /** Whether torch was to tell its counters. */
  hook: z.boolean(),
  /** False where only the first process could be seen, and none that it started. */
  seesWholeTree: z.boolean(),
  driverVersion: text.nullable(),
  devices: z.array(recordedDeviceSchema).max(most.devices),
});
export type Header = z.infer<typeof headerSchema>;

/**
 * `usedMiB` and `programMiB` have an entry for each device; `programMiB` is the part of all that the program started.
 */
const sampleSchema = z.strictObject({
  type: z.literal('sample'),
  afterMs,
  usedMiB: z.array(mib).max(most.devices),
  programMiB: z.array(mib).max(most.devices),
  residentMiB: mib,
  processes: z.int().min(0).nullable(),
  ramUsedMiB: mib,
  ramTotalMiB: mib,
});
export type SampleLine = z.infer<typeof sampleSchema>;

/** The driver's word on who uses one of the devices. `programMiB` is null where it does not tell the program's. */
const programsSchema = z.strictObject({
  type: z.literal('programs'),
  afterMs,
  device: z.int().min(0).max(most.devices),
  programMiB: mib,
  others: z.array(z.strictObject({ name: text, usedMiB: mib })).max(most.programs),
});
export type ProgramsLine = z.infer<typeof programsSchema>;

/** One process's counters of torch, of one of its devices: now, and the most since it began to be asked. */
export const torchSchema = z.strictObject({
  type: z.literal('torch'),
  afterMs,
  pid: z.int(),
  device: z.int().min(0),
  uuid: text.nullable(),
  allocatedMiB: mibSchema,
  activeMiB: mibSchema,
  reservedMiB: mibSchema,
  allocatedPeakMiB: mibSchema,
  activePeakMiB: mibSchema,
  reservedPeakMiB: mibSchema,
  allocRetries: z.int().min(0),
  ooms: z.int().min(0),
  /** How long the counters stayed so; 0 for the last ones. */
  restMs: durationMsSchema,
});
export type TorchLine = z.infer<typeof torchSchema>;

/** What the program's torch says of itself. */
export const torchFactsSchema = z.strictObject({
  type: z.literal('torch-facts'),
  pid: z.int(),
  torchVersion: text,
  allocConf: text.nullable(),
  cudnnBenchmark: z.boolean().nullable(),
  xformers: z.boolean(),
});
export type TorchFactsLine = z.infer<typeof torchFactsSchema>;

/**
 * A figure that is not there, and why. `not-listed`: the driver lists none of the program's processes, as a rule since
 * it is in a container; `no-figures`: it lists them without figures (Windows' WDDM, WSL 2); `no-list`: it lists nothing
 * at all. The program's part is then by difference from what was used before it.
 */
const lackSchema = z.discriminatedUnion('figure', [
  z.strictObject({ figure: z.literal('device'), why: z.enum([...sourceReasonSchema.options, 'no-reading']) }),
  z.strictObject({ figure: z.literal('program-on-device'), why: z.enum(['not-listed', 'no-figures', 'no-list']) }),
  z.strictObject({ figure: z.literal('started-processes'), why: z.literal('no-process-tree') }),
  z.strictObject({ figure: z.literal('ram'), why: z.literal('not-told') }),
  z.strictObject({ figure: z.literal('torch'), why: z.enum(['no-hook', 'no-counters']) }),
]);
export type Lack = z.infer<typeof lackSchema>;

const endSchema = z.strictObject({
  type: z.literal('end'),
  durationMs: durationMsSchema,
  exitCode: z.int().nullable(),
  signal: text.nullable(),
  /** How many were taken; those that told nothing new are not kept. */
  samples: z.int().min(0),
  lacks: z.array(lackSchema).max(10),
});
export type EndLine = z.infer<typeof endSchema>;

export const lineSchema = z.discriminatedUnion('type', [
  headerSchema,
  sampleSchema,
  programsSchema,
  torchSchema,
  torchFactsSchema,
  endSchema,
]);
export type Line = z.infer<typeof lineSchema>;

export interface Recording {
  readonly header: Header;
  readonly samples: readonly SampleLine[];
  readonly programs: readonly ProgramsLine[];
  readonly torch: readonly TorchLine[];
  readonly torchFacts: readonly TorchFactsLine[];
  /** Null where the recording was cut short. */
  readonly end: EndLine | null;
}
