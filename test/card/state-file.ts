/**
 * The figures of the card without kernels, in the file that it shares with whoever changes it
 * (test/blank-card/card/card.h).
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

const MAGIC = 0x3144524143424c42n;
/** In the order of `struct state`; bytes, but for pid and counts. */
export const FIELDS = [
  'magic',
  'total',
  'reserved',
  'context',
  'other',
  'pid',
  'used',
  'peak',
  'workspace_peak',
  'mallocs',
  'frees',
  'refused',
  'launches',
  'loaded',
] as const;
export type Field = (typeof FIELDS)[number];

const BYTES = 8;
const MIB = 1024 * 1024;

export interface CardSize {
  totalMiB: number;
  contextMiB: number;
  otherMiB: number;
}

/** A card that nobody uses yet. */
export function createCard(path: string, { totalMiB, contextMiB, otherMiB }: CardSize): void {
  const bytes = Buffer.alloc(FIELDS.length * BYTES);
  bytes.writeBigUInt64LE(MAGIC, 0);
  const set = (field: Field, mib: number) =>
    bytes.writeBigUInt64LE(BigInt(Math.round(mib * MIB)), FIELDS.indexOf(field) * BYTES);
  set('total', totalMiB);
  set('context', contextMiB);
  set('other', otherMiB);
  writeFileSync(path, bytes);
}

/** Throws where the file is no card. */
export function readField(path: string, field: Field): number {
  const bytes = readFileSync(path);
  if (bytes.length < FIELDS.length * BYTES || bytes.readBigUInt64LE(0) !== MAGIC) throw new Error(`${path} is no card`);
  return Number(bytes.readBigUInt64LE(FIELDS.indexOf(field) * BYTES));
}

/** In place: the card has the file mapped. */
export function writeField(path: string, field: Field, value: number): void {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeBigUInt64LE(BigInt(Math.round(value)));
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, BYTES, FIELDS.indexOf(field) * BYTES);
  } finally {
    closeSync(file);
  }
}

/** All that is in use, as nvidia-smi shows it: now, or at the highest since `startPeak`. */
export function usedMiB(path: string, when: 'now' | 'peak'): number {
  const own = readField(path, when === 'now' ? 'used' : 'peak');
  const context = readField(path, 'pid') === 0 ? 0 : readField(path, 'context') + readField(path, 'loaded');
  return (own + context + readField(path, 'other')) / MIB;
}

export function startPeak(path: string): void {
  writeField(path, 'peak', readField(path, 'used'));
}

export function setTotalMiB(path: string, mib: number): void {
  writeField(path, 'total', mib * MIB);
}
