/**
 * Without the prefix, which torch does not print and the driver does; a MIG device's old name is kept whole behind it.
 */
export function normaliseUuid(uuid: string): string {
  return uuid
    .trim()
    .toLowerCase()
    .replace(/^gpu-/, '')
    .replace(/^mig-(?!gpu-)/, '');
}
