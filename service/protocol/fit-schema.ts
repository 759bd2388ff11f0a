import type * as z from 'zod';
import type { Result } from '../base/result.ts';

/** What is wrong, each with its place, never with the value (which may hold a prompt); one at least. */
export type Problems = readonly string[];

/**
 * Whether a stranger's value fits. Zod's own `safeParse` is not safe: to check a length it compares whatever the value
 * calls its `length`, also where the value is no text, and an object there may throw.
 */
export function fitSchema<T>(schema: z.ZodType<T>, value: unknown): Result<T, Problems> {
  try {
    const result = schema.safeParse(value);
    if (result.success) return { ok: true, value: result.data };
    return {
      ok: false,
      reason: result.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join('.')}: ${message}`,
      ),
    };
  } catch {
    return { ok: false, reason: ['a length that is no number'] };
  }
}
