/** Amounts of memory as programs print them, in text without white space. */

import { BYTES_PER_MIB } from '../base/units.ts';

/** For regular expressions: a figure and its unit, in two groups. */
export const AMOUNT = String.raw`(\d[\d.,']{0,29})(bytes?|[KMGT]i?B)`;

/** 2^60: unsigned differences that went below 0 are printed as some 2^64 bytes. */
const LEAST_UNBELIEVABLE = 2 ** 60;

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: BYTES_PER_MIB,
  g: 1024 * BYTES_PER_MIB,
  t: 1024 * 1024 * BYTES_PER_MIB,
};

/** Null where it is not to be believed. PyTorch's MPS and the WebUI write GB for GiB. */
export function amountMiB(figure: string, unit: string): number | null {
  const count = numberOf(figure);
  const unitBytes = BYTES[unit.charAt(0).toLowerCase()];
  if (count === null || unitBytes === undefined) return null;
  const bytes = count * unitBytes;
  return bytes < LEAST_UNBELIEVABLE ? toMillionths(bytes / BYTES_PER_MIB) : null;
}

/** `1.71`, `1,71`, `1,024.00`, `1.024,00`, `1'024.00`. */
function numberOf(figure: string): number | null {
  // Marks at the end are the sentence's. As many as a figure may have: the expression stays linear.
  const plain = figure.replaceAll("'", '').replace(/[.,]{1,30}$/, '');
  const point = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
  const [whole, decimals] = point === -1 ? [plain, ''] : [plain.slice(0, point), plain.slice(point + 1)];
  const marks = [...plain].filter((character) => character === plain.charAt(point)).length;
  // One mark before three digits: PyTorch gives two decimals, so it parts thousands, but a point is a point.
  const partsThousands =
    point !== -1 && (marks > 1 || (plain.charAt(point) === ',' && decimals.length === 3 && !whole.includes('.')));
  const digits = whole.replaceAll(/[.,]/g, '');
  const value = Number(partsThousands ? digits + decimals : `${digits}.${decimals}`);
  return Number.isFinite(value) && digits !== '' ? value : null;
}

function toMillionths(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
