/** null where the text is no JSON: who asks holds what comes against a schema, which null does not meet either. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
