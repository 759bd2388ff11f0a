/** Amounts of memory as people write them. */
import { BYTES_PER_MIB } from '../../service/base/units.ts';

/**
 * MiB in one of each unit. torch's tools, nvidia-smi and the WebUI's result line write MB and GB and mean powers of
 * two: so do those who copy from them. Windows's task manager counts kB of 1024 bytes.
 */
const MIB: ReadonlyMap<string, number> = new Map([
  ['b', 1 / BYTES_PER_MIB],
  ['byte', 1 / BYTES_PER_MIB],
  ['bytes', 1 / BYTES_PER_MIB],
  ['kb', 1 / 1024],
  ['kib', 1 / 1024],
  ['mb', 1],
  ['mib', 1],
  ['gb', 1024],
  ['gib', 1024],
]);

/** @param unit what is behind it in brackets is a remark. @returns null where it is no amount, or one of nothing. */
export function mibOf(value: string, unit: string): number | null {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  const perUnit = MIB.get(
    unit
      .replace(/\(.*\)/, '')
      .trim()
      .toLowerCase(),
  );
  return perUnit === undefined || !(number > 0) || !Number.isFinite(number) ? null : number * perUnit;
}

/** How far a written amount may be off for being rounded: half of its last place. */
export function roundingMiB(value: string, unit: string): number {
  const places = /\.(\d+)$/.exec(value)?.[1]?.length ?? 0;
  return (mibOf('1', unit) ?? 0) * 0.5 * 10 ** -places;
}
