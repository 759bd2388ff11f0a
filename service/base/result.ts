/**
 * What may fail as expected: a value, or the reason why there is none, from a closed list. What must not fail throws.
 */
export type Result<Value, Reason> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: Reason };
