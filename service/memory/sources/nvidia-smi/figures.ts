/**
 * Values out of cells. Each returns null for what it does not accept; whether the cell was absent is the caller's
 * matter.
 */

import { BYTES_PER_MIB, KIB_PER_MIB, MIB_PER_GIB } from '../../../base/units.ts';

const MIB_PER_UNIT: Readonly<Record<string, number>> = {
  b: 1 / BYTES_PER_MIB,
  kib: 1 / KIB_PER_MIB,
  // Old drivers print MB for what newer ones call MiB.
  kb: 1 / KIB_PER_MIB,
  mib: 1,
  mb: 1,
  gib: MIB_PER_GIB,
  gb: MIB_PER_GIB,
  tib: 1024 * MIB_PER_GIB,
  tb: 1024 * MIB_PER_GIB,
};

/** 16 TiB: far above any card, and the protocol's own bound. */
const MAX_MIB = 16 * 1024 * MIB_PER_GIB;

/**
 * MiB of `1024`, `1024 MiB`, `1 GiB`; the cell's own unit counts before the header's, and MiB where neither has one.
 */
export function readMiB(text: string, headerUnit: string | null): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s{0,9}([a-z%]{0,4})$/i.exec(text);
  if (match === null) return null;
  const [, digits = '', cellUnit = ''] = match;
  const unit = cellUnit !== '' ? cellUnit : (headerUnit ?? 'MiB');
  const mibPerUnit = MIB_PER_UNIT[unit.toLowerCase()];
  if (mibPerUnit === undefined) return null;
  // What stood behind a comma: nobody else writes `024`.
  if (/^0\d/.test(digits)) return null;
  // nvidia-smi prints whole MiB: in `1.024 MiB` the dot is one between thousands, which some program has put there.
  if (mibPerUnit === 1 && /^\d{1,3}\.\d{3}$/.test(digits)) return null;
  const valueMiB = Number(digits) * mibPerUnit;
  return valueMiB <= MAX_MIB ? valueMiB : null;
}

export function readIndex(text: string): number | null {
  return /^\d{1,4}$/.test(text) ? Number(text) : null;
}

/**
 * A uuid as the driver writes it: GPU-..., MIG-..., lenient in what follows, for it is only ever compared; bare on
 * Jetson. Others' (`01P0-HL2080A0-15-...`) are none.
 */
export function readUuid(text: string): string | null {
  return /^((GPU|MIG)-[A-Z0-9/._:-]{1,96}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12})$/i.test(text) ? text : null;
}

/** `00000000:01:00.0`, `0000:01:00.0` or `01:00.0`, as the text has it. */
export function readBusId(text: string): string | null {
  return /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i.test(text) ? text : null;
}

/** A name for people: without control characters, at most 200 characters. */
export function readName(text: string): string {
  return text.slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '');
}
