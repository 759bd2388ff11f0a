/** What either role hears where the sidecar could not follow. */
import * as z from 'zod';

export const errorMessageSchema = z.strictObject({
  type: z.literal('error'),
  reason: z.enum(['bad-message', 'too-many-messages', 'not-now', 'internal']),
  message: z.string().max(2000),
});
export type ErrorMessage = z.infer<typeof errorMessageSchema>;
