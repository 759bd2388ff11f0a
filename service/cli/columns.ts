/** Names and values as lines whose values stand below each other, `width` characters in where the names let them. */
export function inColumns(entries: readonly (readonly [name: string, value: string])[], width: number): string[] {
  const column = Math.max(width, ...entries.map(([name]) => name.length + 1));
  return entries.map(([name, value]) => `${name.padEnd(column)}${value}`);
}
