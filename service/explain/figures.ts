/** The figures of one error, field by field: versions put them in other words and another order, and texts are cut. */
import { at } from '../base/at.ts';
import { AMOUNT, amountMiB } from './amounts.ts';
import type { ErrorFigures, ErrorReading, TorchGeneration } from './kinds.ts';

/** Of an error's own text without white space. The first that is found counts. */
const FIELDS = {
  tried: [
    new RegExp(`Triedtoallocate${AMOUNT}`, 'i'),
    new RegExp(`Requested:${AMOUNT}`, 'i'),
    new RegExp(`youtriedtoallocate${AMOUNT}`, 'i'),
    new RegExp(`allocatetensorwith${AMOUNT}`, 'i'),
    new RegExp(`Invalidbuffersize:${AMOUNT}`, 'i'),
    new RegExp(`Need:${AMOUNT}free`, 'i'),
    new RegExp(`Unabletoallocate${AMOUNT}foranarray`, 'i'),
    new RegExp(`unabletommap${AMOUNT}`, 'i'),
    new RegExp(`RequestedamountofGPUmemory\\(${AMOUNT}`, 'i'),
  ],
  total: [
    new RegExp(`${AMOUNT}totalcapacity`, 'i'),
    new RegExp(`totalcapaci?tyof${AMOUNT}`, 'i'),
    new RegExp(`Devicelimit:${AMOUNT}`, 'i'),
  ],
  free: [
    new RegExp(`ofwhich${AMOUNT}isfree`, 'i'),
    new RegExp(`;${AMOUNT}free`, 'i'),
    new RegExp(`accordingtoCUDA\\):${AMOUNT}`, 'i'),
    new RegExp(`Have:${AMOUNT}free`, 'i'),
  ],
  allocated: [
    new RegExp(`${AMOUNT}alreadyallocated`, 'i'),
    new RegExp(`${AMOUNT}isallocatedbyPyTorch`, 'i'),
    new RegExp(`Currentlyallocated:${AMOUNT}`, 'i'),
    new RegExp(`MPSallocated:${AMOUNT}`, 'i'),
  ],
  reserved: [new RegExp(`${AMOUNT}reservedintotal`, 'i')],
  /** Before torch 1.4 what was cached was counted without what was allocated. */
  unallocated: [new RegExp(`${AMOUNT}isreservedbyPyTorchbutunallocated`, 'i'), new RegExp(`${AMOUNT}cached`, 'i')],
  cap: [
    new RegExp(`${AMOUNT}allowed`, 'i'),
    new RegExp(`memoryfraction\\):${AMOUNT}`, 'i'),
    new RegExp(`maxallowed:${AMOUNT}`, 'i'),
    new RegExp(`blockwithsizelargerthan${AMOUNT}`, 'i'),
  ],
  process: [new RegExp(`thisprocesshas${AMOUNT}memoryinuse`, 'i')],
  other: [new RegExp(`otherallocations:${AMOUNT}`, 'i')],
} as const;

const OTHER_PROGRAM = new RegExp(`Process(\\d{1,10})has${AMOUNT}memoryinuse`, 'gi');
const DEVICE = /(?:GPU|ondevice)(\d{1,3})(?!\d)/i;

export type Figures = Pick<
  ErrorReading,
  keyof ErrorFigures | 'capMiB' | 'processMiB' | 'otherMiB' | 'others' | 'device' | 'torch'
>;

/** @param error without white space. */
export function figuresOf(error: string): Figures {
  const allocatedMiB = field(error, 'allocated');
  const unallocatedMiB = field(error, 'unallocated');
  const device = DEVICE.exec(error)?.[1];
  return {
    triedMiB: field(error, 'tried'),
    totalMiB: field(error, 'total'),
    freeMiB: field(error, 'free'),
    allocatedMiB,
    reservedMiB: field(error, 'reserved') ?? sum(allocatedMiB, unallocatedMiB),
    capMiB: field(error, 'cap'),
    processMiB: field(error, 'process'),
    otherMiB: field(error, 'other'),
    others: [...error.matchAll(OTHER_PROGRAM)].map(([, pid, figure = '', unit = '']) => ({
      pid: Number(pid),
      usedMiB: amountMiB(figure, unit),
    })),
    device: device === undefined ? null : Number(device),
    torch: generationOf(error),
  };
}

function field(error: string, name: keyof typeof FIELDS): number | null {
  for (const pattern of FIELDS[name]) {
    const found = pattern.exec(error);
    if (found !== null) return amountMiB(at(found, 1), at(found, 2));
  }
  return null;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.round((a + b) * 1e6) / 1e6;
}

function generationOf(error: string): TorchGeneration | null {
  if (/totalcapacty/i.test(error)) return '2.1';
  if (/hasatotalcapacity/i.test(error)) return '2.2-or-newer';
  if (new RegExp(`${AMOUNT}cached`, 'i').test(error)) return 'before-1.4';
  return /reservedintotal/i.test(error) ? '1.4-to-2.0' : null;
}
