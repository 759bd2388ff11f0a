/** Who holds the device's memory, and what the WebUI has of RAM: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { allocatorSchema } from './leak.ts';

const mib = z.number().nonnegative();

export const programKindSchema = z.enum(['webui', 'desktop', 'browser', 'game', 'recorder', 'chat', 'other']);
export type ProgramKind = z.infer<typeof programKindSchema>;

/** What a program does on the card, as the driver types it: C, G, C+G; null where it does not say. */
export const useSchema = z.enum(['compute', 'graphics', 'both']);
export type Use = z.infer<typeof useSchema>;

const holderSchema = z.strictObject({
  pid: z.int(),
  name: z.string(),
  kind: programKindSchema,
  use: useSchema.nullable(),
  usedMiB: mib.nullable(),
});
export type Holder = z.infer<typeof holderSchema>;

/** Of the checkpoint in use, as its networks are known. */
const weightsByNetworkSchema = z.strictObject({ unetMiB: mib, textMiB: mib, vaeMiB: mib });
export type WeightsByNetwork = z.infer<typeof weightsByNetworkSchema>;

export function allWeightsMiB({ unetMiB, textMiB, vaeMiB }: WeightsByNetwork): number {
  return unetMiB + textMiB + vaeMiB;
}

/** Checkpoints that the WebUI keeps beside the one in use; `usedMiB` is null where it cannot be told. */
const otherCheckpointsSchema = z.strictObject({
  count: z.int().min(0),
  where: z.enum(['card', 'ram']),
  usedMiB: mib.nullable(),
});
export type OtherCheckpoints = z.infer<typeof otherCheckpointsSchema>;

/** The WebUI's part of the card; null where it is not known. */
const webuiPartsSchema = z.strictObject({
  weights: weightsByNetworkSchema.nullable(),
  otherCheckpoints: otherCheckpointsSchema.nullable(),
  /** Of generations that failed. */
  leftBehindMiB: mib,
  /**
   * What else PyTorch has allocated: workspaces, embeddings, what extensions loaded; all of it, where weights are not
   * known.
   */
  restMiB: mib,
  /** Reserved and free: PyTorch would give it back. */
  cacheMiB: mib,
  /** Outside PyTorch; null where the driver does not tell the process's whole. */
  contextMiB: mib.nullable(),
});
export type WebuiParts = z.infer<typeof webuiPartsSchema>;

/**
 * `by`: whether the driver tells what each program has, or only their names (Windows' and WSL's); then what others have
 * is the difference. `untoldMiB`: what is used and nobody is known to hold.
 */
export const holdersSchema = z.strictObject({
  by: z.enum(['driver', 'difference']),
  usedMiB: mib.nullable(),
  usableMiB: mib.nullable(),
  webui: webuiPartsSchema.nullable(),
  programs: z.array(holderSchema),
  untoldMiB: mib.nullable(),
});
export type Holders = z.infer<typeof holdersSchema>;

const ramFindingSchema = z.discriminatedUnion('code', [
  /** glibc's own allocator hands out RAM, which keeps what it freed in pieces; `command` gets a better one. */
  z.strictObject({ code: z.literal('no-better-allocator'), command: z.string().nullable() }),
  /** LD_PRELOAD names it, and it is not in the process. */
  z.strictObject({ code: z.literal('not-preloaded'), library: z.string(), command: z.string().nullable() }),
  /** One that is made for looking for mistakes, and slow. */
  z.strictObject({ code: z.literal('debug-allocator'), library: z.string(), command: z.string().nullable() }),
  z.strictObject({ code: z.literal('ram-short'), availableMiB: mib, wantedMiB: mib }),
  /** What all programs were promised, against what may be: Windows', and Linux' where it does not overcommit. */
  z.strictObject({ code: z.literal('commit-short'), committedMiB: mib, limitMiB: mib, wantedMiB: mib }),
  z.strictObject({ code: z.literal('checkpoints-in-ram'), count: z.int() }),
]);
export type RamFinding = z.infer<typeof ramFindingSchema>;

export const ramReportSchema = z.strictObject({
  totalMiB: mib,
  availableMiB: mib.nullable(),
  commitLimitMiB: mib.nullable(),
  committedMiB: mib.nullable(),
  /** Of the WebUI's process; null where there is none, or it does not tell. */
  webuiMiB: mib.nullable(),
  allocator: allocatorSchema.nullable(),
  library: z.string().nullable(),
  /** PYTORCH_CUDA_ALLOC_CONF in force in the WebUI; null where it is not set, or not known. */
  allocConf: z.string().nullable(),
  findings: z.array(ramFindingSchema),
});
export type RamReport = z.infer<typeof ramReportSchema>;
