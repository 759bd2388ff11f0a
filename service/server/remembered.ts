/** Makes an answer, or gives the last of its kind where what it is made of is the same. */
export type Remember = <T>(kind: string, parts: readonly unknown[], make: () => T) => T;

/**
 * By kind, the last answer and what it was made of: after each run all pages ask the same, and the table takes as long
 * as there are runs.
 */
export function createMemory(): Remember {
  const made = new Map<string, { readonly of: string; readonly answer: unknown }>();
  return <T>(kind: string, parts: readonly unknown[], make: () => T): T => {
    const of = JSON.stringify(parts);
    const last = made.get(kind);
    if (last?.of === of) return last.answer as T;
    const answer = make();
    made.set(kind, { of, answer });
    return answer;
  };
}
