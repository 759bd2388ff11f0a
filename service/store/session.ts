import * as z from 'zod';
import { benchmarkOptionsSchema } from '../protocol/benchmark.ts';

/** A benchmark as it is kept, so that it can go on after a crash: its runs are those with its `sessionId`. */
export const sessionSchema = z.strictObject({
  sessionId: z.string().min(1).max(64),
  keyHash: z.string().min(1).max(64),
  startedAtMs: z.number().min(0),
  options: benchmarkOptionsSchema,
  /** Of the planner's choice between equals: the same seed and runs give the same next run. */
  seed: z.int().min(0),
  runsPlanned: z.int().min(0),
  /** `open` may go on; `finished` and `discarded` may not. */
  state: z.enum(['open', 'finished', 'discarded']),
  /**
   * The sidecar that runs it, until when by the wall clock unless it renews that; null while none does. Older entries
   * have none.
   */
  heldBy: z.strictObject({ holder: z.string(), untilMs: z.number() }).nullable().default(null),
});
export type Session = z.infer<typeof sessionSchema>;
