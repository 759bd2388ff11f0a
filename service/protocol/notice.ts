/** What is wrong and concerns more than one figure: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { remedySchema } from './advice.ts';
import { driftSchema } from './calibration.ts';
import { explanationSchema } from './explanation.ts';
import { holdersSchema } from './holders.ts';
import { leakSchema } from './leak.ts';
import { generationSettingsSchema } from './settings.ts';
import { unmatchedSchema } from './source.ts';

/** What a person should know about the store. */
const storeNoticeSchema = z.discriminatedUnion('code', [
  /** It was damaged, or another version's, and lies beside the new one as `file`. */
  z.strictObject({ code: z.literal('set-aside'), file: z.string() }),
  /** `wanted` cannot be written, so it lies in the temporary `folder`. */
  z.strictObject({ code: z.literal('elsewhere'), wanted: z.string(), folder: z.string() }),
  /** `why` is the system's own text. */
  z.strictObject({ code: z.literal('in-memory'), file: z.string(), why: z.string() }),
  z.strictObject({ code: z.literal('not-written-now'), why: z.string() }),
  z.strictObject({ code: z.literal('unreadable-entries') }),
]);
export type StoreNotice = z.infer<typeof storeNoticeSchema>;

/** Of `looked` imported runs so many contradict what was measured here. */
const contradictionsSchema = z.strictObject({ contradicted: z.int(), looked: z.int() });
export type Contradictions = z.infer<typeof contradictionsSchema>;

export const noticeSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('store'), notice: storeNoticeSchema }),
  z.strictObject({ code: z.literal('unmatched'), unmatched: unmatchedSchema }),
  z.strictObject({ code: z.literal('drift'), drift: driftSchema }),
  z.strictObject({ code: z.literal('contradictions'), ...contradictionsSchema.shape }),
  /** What the WebUI holds beyond the weights, of a generation that failed. */
  z.strictObject({ code: z.literal('left-behind'), leftMiB: z.number() }),
  /** Idle memory that grows from run to run. */
  z.strictObject({ code: z.literal('leak'), leak: leakSchema }),
  /**
   * The last generation of the person's ran out of memory: what its error says, with the settings known. `held` by
   * others and by the WebUI once it was over; `remedies` for these settings, the first ones.
   */
  z.strictObject({
    code: z.literal('ran-out'),
    explanation: explanationSchema,
    settings: generationSettingsSchema,
    held: holdersSchema,
    remedies: z.array(remedySchema),
  }),
  /** The last picture was lost as it was decoded; the option that would have rescued it is off. */
  z.strictObject({ code: z.literal('rescue-offer') }),
]);
export type Notice = z.infer<typeof noticeSchema>;
