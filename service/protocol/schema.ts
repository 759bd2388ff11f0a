/** The JSON Schema of every message, by direction: what the shim's tests hold their messages against. */
import * as z from 'zod';
import { shimMessageSchema, toShimMessageSchema } from './shim.ts';
import { toViewerMessageSchema, viewerMessageSchema } from './viewer.ts';

/** Plain JSON; `host` and `viewer` are what the sidecar reads, `toHost` and `toViewer` what it writes. */
export function protocolJsonSchema(): Record<'host' | 'toHost' | 'viewer' | 'toViewer', unknown> {
  return {
    host: z.toJSONSchema(shimMessageSchema),
    toHost: z.toJSONSchema(toShimMessageSchema),
    viewer: z.toJSONSchema(viewerMessageSchema),
    toViewer: z.toJSONSchema(toViewerMessageSchema),
  };
}
