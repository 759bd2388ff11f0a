/** The JSON Schema of every message, by direction: what the shim's tests hold their messages against. */
import * as z from 'zod';
import { programMessageSchema, toProgramMessageSchema } from './program.ts';
import { shimMessageSchema, toShimMessageSchema } from './shim.ts';
import { toViewerMessageSchema, viewerMessageSchema } from './viewer.ts';

/** Plain JSON; `host`, `viewer` and `program` are what the sidecar reads, the others what it writes. */
export function protocolJsonSchema(): Record<
  'host' | 'toHost' | 'viewer' | 'toViewer' | 'program' | 'toProgram',
  unknown
> {
  return {
    host: z.toJSONSchema(shimMessageSchema),
    toHost: z.toJSONSchema(toShimMessageSchema),
    viewer: z.toJSONSchema(viewerMessageSchema),
    toViewer: z.toJSONSchema(toViewerMessageSchema),
    program: z.toJSONSchema(programMessageSchema),
    toProgram: z.toJSONSchema(toProgramMessageSchema),
  };
}
