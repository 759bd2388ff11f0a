import type * as z from 'zod';

/** Null where the text is damaged or of another form. SQLite's own check does not look into texts. */
export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(String(body)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
