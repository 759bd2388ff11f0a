/** Facts as the shim sends them: each value as Python's `str` writes it. */
import type { Facts } from '../protocol/shim.ts';

const FALSY = ['False', '0', '0.0', '', '[]', '()', '{}', 'set()'];

/** As Python takes a value for a condition. What is missing is false. */
export function isTrue(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && !FALSY.includes(value);
}

/** The first of these that is there, is not None and is not empty. */
export function firstOf(facts: Facts, names: readonly string[]): string | null {
  return names.map((name) => facts[name]).find((value): value is string => isTrue(value)) ?? null;
}

export function isThere(value: string | null | undefined): value is string {
  return value !== null && value !== undefined;
}
