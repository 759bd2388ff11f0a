/**
 * Who has what of the device's memory: the only place that takes readings and counters, and the only one that gives
 * figures. Pure: `next` makes a ledger of a ledger and an event.
 *
 * With torch's counters: other = device used - torch reserved, taken while nothing generates, from a reading of the
 * device that is younger than the counters (a generation moves both, and they arrive apart). Estimates are of torch's
 * memory; adding `other` makes them comparable with what nvidia-smi shows. Without counters: other = device used - the
 * process's own memory. The share shown as the WebUI's is torch's reserved memory plus its context, where the driver
 * has told the process's whole use; while it generates, all that is used beyond what others had before.
 */
import type { Outcome, TorchNow } from '../protocol/run.ts';

/**
 * The device at one moment. `usableMiB`: what programs can have of the total in all, which is less where the driver
 * keeps a part and does not count it as used. `processMiB`: the WebUI's process's own memory where the source gives it,
 * else null.
 */
export interface MemoryReading {
  /** By the monotonic clock, as every time in here: what is younger is told by it, and the wall clock may jump. */
  readonly monotonicMs: number;
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly usableMiB: number | null;
  readonly processMiB: number | null;
}

/**
 * How much is there of what comes to a process's CUDA context with its first picture: kernels, and the libraries' own
 * memory. `some` where a generation failed or was stopped.
 */
export const LOADED = ['nothing', 'some', 'all'] as const;
export type Loaded = (typeof LOADED)[number];

/**
 * What a person is shown. `otherMiB` is all that is not torch's, the WebUI's CUDA context included; `loaded`, how much of
 * the first picture's share of that is in it.
 */
export interface MemoryFigures {
  readonly usedMiB: number | null;
  readonly totalMiB: number | null;
  readonly usableMiB: number | null;
  readonly webuiMiB: number | null;
  readonly othersMiB: number | null;
  readonly otherMiB: number | null;
  readonly loaded: Loaded;
}

export type LedgerEvent =
  | { readonly type: 'reading'; readonly reading: MemoryReading }
  /** The device can no longer be read: a figure of before would be a lie. */
  | { readonly type: 'silence' }
  /** The host's counters as they stand at `monotonicMs`; null where it has none. */
  | {
      readonly type: 'counters';
      readonly torch: TorchNow | null;
      readonly generating: boolean;
      readonly monotonicMs: number;
    }
  /** A run has started, which may be some time ago: what was read since is of the run. */
  | { readonly type: 'run-started'; readonly monotonicMs: number }
  /**
   * Until the host has told its counters, or been silent, they are not trusted. `reservedPeakMiB`: torch's, null where
   * it was not counted. What the device showed in the run beyond that was others': where the next run follows at once,
   * nothing else tells of them.
   */
  | {
      readonly type: 'run-ended';
      readonly monotonicMs: number;
      readonly reservedPeakMiB: number | null;
      readonly outcome: Outcome;
    }
  /** The driver's figure for the WebUI's process; null where it gives none. */
  | { readonly type: 'process-used'; readonly usedMiB: number | null }
  /** A WebUI that had generated before it was known here. */
  | { readonly type: 'has-generated' }
  /** The WebUI went away: its counters and its context are gone with it. */
  | { readonly type: 'host-gone' };

/**
 * After a run the host tells its counters at once, or, where they are as they were, not at all: silence for so long
 * says so.
 */
export const HOST_TELLS_WITHIN_MS = 1_500;
/** So late may the word of a run's start come at most. */
export const START_TOLD_WITHIN_MS = 5_000;
/** A run takes more than this; what takes less moves a figure little. */
const RISE_MIB = 256;

interface At {
  readonly mib: number;
  readonly monotonicMs: number;
}

/** All that is not torch's. */
interface OtherAt extends At {
  readonly loaded: Loaded;
}

export interface Ledger {
  readonly latest: MemoryReading | null;
  readonly generating: boolean;
  readonly torch: TorchNow | null;
  /** Counters may be set against readings from then on. */
  readonly trustedFromMs: number;
  readonly other: OtherAt | null;
  /** By the generations that have ended: what is read from now on has it. */
  readonly loaded: Loaded;
  /**
   * `other` as it was before the last run, or what that showed it to be, until one is surely from before a start that
   * is heard of now; and those after it.
   */
  readonly recent: readonly OtherAt[];
  /**
   * `other` before a rise that the last reading is alone to show; null where there was none. Readings and the host's
   * words come on ways of their own: it may be of a run whose start is still to come, or whose end came before it.
   */
  readonly risenFrom: OtherAt | null;
  readonly contextMiB: number | null;
  /** The device's highest reading of the run in hand. */
  readonly runPeak: At | null;
}

export const EMPTY_LEDGER: Ledger = {
  latest: null,
  generating: false,
  torch: null,
  trustedFromMs: -Infinity,
  other: null,
  loaded: 'nothing',
  recent: [],
  risenFrom: null,
  contextMiB: null,
  runPeak: null,
};

export function next(ledger: Ledger, event: LedgerEvent): Ledger {
  switch (event.type) {
    case 'reading':
      return { ...withOther(ledger, event.reading), latest: event.reading, runPeak: runPeakOf(ledger, event.reading) };
    case 'silence':
      return { ...ledger, ...NO_OTHER, latest: null };
    case 'counters':
      return { ...ledger, torch: event.torch, trustedFromMs: event.monotonicMs, generating: event.generating };
    case 'run-started': {
      // What was read since may be the run's own.
      const before = ledger.recent.findLast((one) => one.monotonicMs <= event.monotonicMs) ?? ledger.recent[0];
      const other = before ?? ledger.other;
      return { ...ledger, ...aloneOf(other), generating: true, runPeak: null };
    }
    case 'run-ended': {
      const other = raisedOther(ledger, event.reservedPeakMiB);
      const trustedFromMs = event.monotonicMs + HOST_TELLS_WITHIN_MS;
      const loaded = event.outcome === 'ok' ? 'all' : atLeastSome(ledger.loaded);
      return { ...ledger, ...aloneOf(other), generating: false, loaded, trustedFromMs };
    }
    case 'process-used': {
      const { torch, generating } = ledger;
      if (event.usedMiB === null || torch === null || generating) return ledger;
      return { ...ledger, contextMiB: Math.max(0, event.usedMiB - torch.reservedMiB) };
    }
    case 'has-generated':
      return { ...ledger, loaded: 'all' };
    case 'host-gone': {
      const { latest, trustedFromMs, runPeak } = ledger;
      return { ...EMPTY_LEDGER, latest, trustedFromMs, runPeak };
    }
  }
}

type Other = Pick<Ledger, 'other' | 'recent' | 'risenFrom'>;

const NO_OTHER: Other = { other: null, recent: [], risenFrom: null };

const aloneOf = (other: OtherAt | null): Other =>
  other === null ? NO_OTHER : { other, recent: [other], risenFrom: null };
const atLeastSome = (loaded: Loaded): Loaded => (loaded === 'all' ? 'all' : 'some');

function withOther(ledger: Ledger, { usedMiB, processMiB, monotonicMs }: MemoryReading): Ledger {
  const { torch, generating, trustedFromMs, recent, loaded } = ledger;
  if (usedMiB === null) return ledger;
  if (torch === null) {
    // In RAM all that the process loads is its own.
    const mib = processMiB === null ? null : Math.max(0, usedMiB - processMiB);
    return { ...ledger, other: mib === null ? null : { mib, monotonicMs, loaded: 'all' } };
  }
  if (generating || monotonicMs < trustedFromMs) return ledger;
  const other = { mib: Math.max(0, usedMiB - torch.reservedMiB), monotonicMs, loaded };
  const sure = recent.findLastIndex((one) => one.monotonicMs <= monotonicMs - START_TOLD_WITHIN_MS);
  return {
    ...ledger,
    other,
    recent: [...recent.slice(Math.max(0, sure)), other],
    risenFrom: risenFrom(ledger, other),
  };
}

function risenFrom({ other: before, risenFrom: risenBefore }: Ledger, { mib }: At): OtherAt | null {
  return risenBefore === null && before !== null && mib > before.mib + RISE_MIB ? before : null;
}

function runPeakOf({ generating, runPeak }: Ledger, { usedMiB, monotonicMs }: MemoryReading): At | null {
  return generating && usedMiB !== null && usedMiB > (runPeak?.mib ?? 0) ? { mib: usedMiB, monotonicMs } : runPeak;
}

function raisedOther({ torch, other, runPeak }: Ledger, reservedPeakMiB: number | null): OtherAt | null {
  if (reservedPeakMiB === null || torch === null || runPeak === null || other === null) return other;
  const shownMiB = runPeak.mib - reservedPeakMiB;
  return shownMiB > other.mib
    ? { mib: shownMiB, monotonicMs: runPeak.monotonicMs, loaded: atLeastSome(other.loaded) }
    : other;
}

export function otherMiB({ other }: Ledger): number | null {
  return other?.mib ?? null;
}

/** The same as it is told: a rise once a second reading has shown it. */
function toldOther({ other, risenFrom: before }: Ledger): OtherAt | null {
  return before ?? other;
}

/** The same, if it was taken after `monotonicMs`; else null. */
export function otherSince({ other }: Ledger, monotonicMs: number): number | null {
  return other !== null && other.monotonicMs > monotonicMs ? other.mib : null;
}

export function figuresOf(ledger: Ledger): MemoryFigures {
  const { latest } = ledger;
  const told = toldOther(ledger);
  const usedMiB = latest?.usedMiB ?? null;
  const webuiMiB = latest === null ? null : webuiOf(ledger, latest);
  return {
    usedMiB,
    totalMiB: latest?.totalMiB ?? null,
    usableMiB: latest?.usableMiB ?? null,
    webuiMiB,
    othersMiB: usedMiB === null || webuiMiB === null ? null : usedMiB - webuiMiB,
    otherMiB: told?.mib ?? null,
    loaded: told?.loaded ?? 'nothing',
  };
}

function webuiOf(ledger: Ledger, { usedMiB, processMiB }: MemoryReading): number | null {
  const { torch, contextMiB } = ledger;
  const other = toldOther(ledger);
  if (usedMiB === null) return null;
  if (torch === null) return processMiB === null ? null : Math.min(processMiB, usedMiB);
  // Without the driver's word the context counts as others'.
  const contextOrNoneMiB = contextMiB ?? 0;
  // While it generates its counters lag behind: what is used beyond what others had before is its own.
  const ownMiB =
    other === null ? torch.reservedMiB + contextOrNoneMiB : usedMiB - Math.max(0, other.mib - contextOrNoneMiB);
  return Math.max(0, Math.min(ownMiB, usedMiB));
}

/** The ledger as it stands, for those who tell it of events and those who ask. */
export interface LiveLedger {
  readonly now: Ledger;
  tell(event: LedgerEvent): void;
}

export function createLedger(): LiveLedger {
  let now = EMPTY_LEDGER;
  return {
    get now() {
      return now;
    },
    tell: (event) => {
      now = next(now, event);
    },
  };
}
