import * as z from 'zod';
import {
  attentionSchema,
  hostDeviceSchema,
  hostTraitsSchema,
  type HostDevice,
  type HostTraits,
} from '../../service/protocol/host.ts';

/**
 * What a live host reports beside a table: the message `environment` or a part of it, by itself or under that name.
 * Other fields of the message are let through, and what lacks is not known.
 */
const environmentSchema = z.object({
  traits: hostTraitsSchema.partial().extend({ attention: attentionSchema }),
  key: z.record(z.string(), z.string()).default({}),
  /** What it is called tells of its kind. */
  device: z.object(hostDeviceSchema.pick({ backend: true, name: true }).shape).optional(),
});

const aroundSchema = z.object({
  /** Reserved less allocated at idle, the cache emptied. */
  idleSlackMiB: z.number().min(0).nullable().default(null),
  /** Of the device, beside torch's own. */
  contextMiB: z.number().min(0).default(0),
});

const fileSchema = z.union([
  aroundSchema.extend({ environment: environmentSchema }),
  aroundSchema.extend(environmentSchema.shape).transform(({ traits, key, device, ...around }) => ({
    ...around,
    environment: { traits, key, device },
  })),
]);

export interface TableHost {
  /** `staticMiB` is null where the file does not tell it. */
  readonly traits: HostTraits;
  readonly key: Readonly<Record<string, string>>;
  readonly device: Pick<HostDevice, 'backend' | 'name'> | null;
  readonly idleSlackMiB: number | null;
  readonly contextMiB: number;
}

/** @throws where the text is not what a host reports. */
export function parseHost(text: string): TableHost {
  const parsed = fileSchema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`the host's file has no environment with traits: ${z.prettifyError(parsed.error)}`);
  const { environment, idleSlackMiB, contextMiB } = parsed.data;
  const { attention, condUncondBatched = null, decodesBatch = null, staticMiB = null } = environment.traits;
  return {
    traits: { attention, condUncondBatched, decodesBatch, staticMiB },
    key: environment.key,
    device: environment.device ?? null,
    idleSlackMiB,
    contextMiB,
  };
}

/** A host of which nothing is known but its attention. */
export function hostWith(attention: HostTraits['attention']): TableHost {
  return {
    traits: { attention, condUncondBatched: null, decodesBatch: null, staticMiB: null },
    key: {},
    device: null,
    idleSlackMiB: null,
    contextMiB: 0,
  };
}

/** Weights and context: what is added to the figures of a table; null where the file does not tell. */
export function staticMiBOf({ traits, contextMiB }: TableHost): number | null {
  return traits.staticMiB === null ? null : traits.staticMiB + contextMiB;
}
