/** Why memory ran out, from the figures alone: where those that would tell are missing, it is not known. */
import type { Cause } from '../protocol/explanation.ts';
import type { ErrorReading } from './kinds.ts';
import type { TensorFound } from './tensor.ts';

/** What is known of this WebUI beside the text. */
export interface KnownMemory {
  /** What the weights take; null where that is not known. */
  readonly weightsMiB: number | null;
  /** Allocated at idle, before this generation; null where that is not known. */
  readonly idleMiB: number | null;
  /** How much more than the card has the settings need at the least; null where they may fit, or it is not known. */
  readonly beyondMiB: number | null;
}

/**
 * A context, what a desktop draws with, what Windows keeps back: nobody's fault where the process's own is not told.
 */
const CONTEXT_MIB = 1024;
const LEAST_OTHERS_MIB = 512;
/** Of what is reserved: allocators have some slack at any time. */
const LEAST_UNALLOCATED_SHARE = 0.1;
/** Of the card: figures are rounded, and read after the failure. */
const CLEARLY_FREE_SHARE = 0.05;
const LEAST_KEPT_MIB = 512;
/** Less is no network. */
const LEAST_NETWORK_MIB = 512;
/** Of sums and differences of figures with two decimals of GiB. */
const ROUNDED_MIB = 16;

export function causeOf(reading: ErrorReading, tensor: TensorFound | null, known: KnownMemory | null): Cause {
  switch (reading.kind) {
    case 'nan':
      return reading.inFloat === true ? { code: 'unknown' } : { code: 'nan-precision' };
    case 'cublas':
    case 'cudnn':
      return ofLibrary(reading);
    case 'host-ram':
      // Windows promises no more than it can back: an allocation fails at that limit and no other.
      return reading.system === 'windows' ? { code: 'commit-limit', freeMiB: null } : { code: 'unknown' };
    case 'webui-attention':
      return ofSlicedAttention(reading);
    case 'mps':
      return ofMps(reading);
    case 'directml':
      return { code: 'unknown' };
    default:
      return keptOf(known) ?? ofCard(reading, tensor, known?.beyondMiB ?? null);
  }
}

/** A library without a handle had no room for its own memory, or was not found at all: the text does not tell which. */
function ofLibrary({ status }: ErrorReading): Cause {
  return status === 'ALLOC_FAILED' || status === 'NOT_INITIALIZED'
    ? { code: 'library-not-loaded' }
    : { code: 'unknown' };
}

function ofSlicedAttention({ triedMiB, freeMiB }: ErrorReading): Cause {
  if (triedMiB === null || freeMiB === null || triedMiB <= freeMiB) return { code: 'unknown' };
  return { code: 'plain-size', missingMiB: rounded(triedMiB - freeMiB) };
}

function ofMps({ triedMiB, allocatedMiB, otherMiB, capMiB }: ErrorReading): Cause {
  if (triedMiB === null || allocatedMiB === null || otherMiB === null || capMiB === null) return { code: 'unknown' };
  const missingMiB = allocatedMiB + otherMiB + triedMiB - capMiB;
  return missingMiB > -ROUNDED_MIB ? plainSize(missingMiB) : { code: 'unknown' };
}

function keptOf(known: KnownMemory | null): Cause | null {
  if (known === null || known.weightsMiB === null || known.idleMiB === null) return null;
  const keptMiB = known.idleMiB - known.weightsMiB;
  return keptMiB >= LEAST_KEPT_MIB ? { code: 'leak-or-kept', keptMiB: rounded(keptMiB) } : null;
}

function ofCard(reading: ErrorReading, tensor: TensorFound | null, beyondMiB: number | null): Cause {
  const { triedMiB, totalMiB, freeMiB } = reading;
  if (triedMiB === null) return { code: 'unknown' };
  const capMiB = capReachedBy(reading, triedMiB);
  if (capMiB !== null) return { code: 'cap', capMiB };
  if (totalMiB === null) return { code: 'unknown' };
  if (triedMiB > totalMiB)
    return isOfAttention(reading, tensor)
      ? { code: 'attention-not-sliced', scoresMiB: triedMiB }
      : plainSize(triedMiB - totalMiB);
  if (freeMiB === null) return { code: 'unknown' };
  if (freeMiB - triedMiB >= CLEARLY_FREE_SHARE * totalMiB)
    // Linux promises more than it has: there something else is in the way, and no figure tells what.
    return reading.system === 'linux' ? { code: 'unknown' } : { code: 'commit-limit', freeMiB };
  const unallocatedMiB = unallocatedOf(reading);
  // What needs more than there is fails in one place or another, however well its pieces lie.
  if (beyondMiB === null && unallocatedMiB !== null && unallocatedMiB + freeMiB >= triedMiB)
    return { code: 'fragmentation', unallocatedMiB: rounded(unallocatedMiB), freeMiB };
  const othersMiB = othersOf(reading);
  if (othersMiB !== null && othersMiB >= Math.max(LEAST_OTHERS_MIB, triedMiB - freeMiB))
    return { code: 'other-program', othersMiB: rounded(othersMiB) };
  return isWholeScores(tensor)
    ? { code: 'attention-not-sliced', scoresMiB: triedMiB }
    : plainSize(Math.max(triedMiB - freeMiB, beyondMiB ?? 0));
}

function plainSize(missingMiB: number): Cause {
  return { code: 'plain-size', missingMiB: rounded(Math.max(0, missingMiB)) };
}

/** A cap counts what PyTorch reserved; where the card is full as well it is not the cap, and null. */
function capReachedBy({ capMiB, freeMiB, reservedMiB, kind }: ErrorReading, triedMiB: number): number | null {
  if (capMiB === null) return null;
  // Intel's limit on a single allocation.
  if (kind === 'xpu' && triedMiB > capMiB) return capMiB;
  if (reservedMiB === null || (freeMiB !== null && freeMiB < triedMiB)) return null;
  return triedMiB > capMiB - reservedMiB - ROUNDED_MIB ? capMiB : null;
}

/** Nothing but scores grows with the square of a picture's pixels, and so beyond a whole card. */
function isOfAttention({ operation, phase, allocatedMiB }: ErrorReading, tensor: TensorFound | null): boolean {
  if (tensor?.certain === true) return isWholeScores(tensor);
  if (operation !== null) return operation === 'attention' || operation === 'softmax';
  return phase !== 'upscale' && phase !== 'loading' && allocatedMiB !== null && allocatedMiB >= LEAST_NETWORK_MIB;
}

function isWholeScores(tensor: TensorFound | null): boolean {
  return tensor?.certain === true && tensor.layer.endsWith('scores') && tensor.isWhole && tensor.slices === 1;
}

/** Of the cache, more than the slack that there always is; else null. */
function unallocatedOf({ allocatedMiB, reservedMiB }: ErrorReading): number | null {
  if (allocatedMiB === null || reservedMiB === null) return null;
  const unallocatedMiB = reservedMiB - allocatedMiB;
  return unallocatedMiB >= LEAST_UNALLOCATED_SHARE * reservedMiB ? unallocatedMiB : null;
}

function othersOf({ totalMiB, freeMiB, reservedMiB, processMiB, others }: ErrorReading): number | null {
  if (totalMiB === null || freeMiB === null) return null;
  if (processMiB !== null) return totalMiB - freeMiB - processMiB;
  // In a container the process itself is told as another one: then nobody can be blamed.
  if (others.length > 0 || reservedMiB === null) return null;
  return totalMiB - freeMiB - reservedMiB - CONTEXT_MIB;
}

function rounded(mib: number): number {
  return Math.round(mib * 100) / 100;
}
