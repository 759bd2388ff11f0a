/** What a capture writes down, a line of JSON each, so that it can stop at any time and go on. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostDevice } from '../../service/protocol/host.ts';
import type { TorchNow } from '../../service/protocol/run.ts';
import type { Run } from '../../service/recorder/run.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { Verdict } from '../../service/estimate/verdict.ts';
import type { IntervalMiB } from '../../service/protocol/estimate.ts';
import type { RunRow } from '../../service/protocol/viewer.ts';
import type { Model, Part } from './options.ts';

/** `marked`: "simulated" or "toy" where the figures are no card's. */
export interface Meta {
  readonly kind: 'meta';
  readonly model: Model;
  readonly marked: string | null;
  readonly device: HostDevice;
  readonly driverVersion: string | null;
  readonly versions: Readonly<Record<string, string | null>>;
  readonly weightsMiB: Readonly<Record<string, number>>;
  /** torch's allocated memory with the weights loaded; null without counters. */
  readonly staticMiB: number | null;
  readonly maxSizePx: number;
  readonly maxBatchSize: number;
}

/** Phase counters with their place in time (Unix ms). */
export type TimedPhase = Run['phases'][number] & { readonly beganAtMs: number; readonly endedAtMs: number };

/** A generation as the capture's host told it. */
export interface Told {
  readonly outcome: Run['outcome'];
  readonly error: string | null;
  readonly torch: Run['torch'];
  readonly before: TorchNow | null;
  readonly phases: readonly TimedPhase[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
}

/** What the device showed around one run. `otherMiB`: all that was not torch's just before it. */
export interface Seen {
  readonly intervalMs: number;
  readonly samples: number;
  readonly peakMiB: number | null;
  readonly otherMiB: number | null;
}

/** What was estimated before the run, of the whole device, as a page gets it. */
export interface Estimated {
  readonly verdict: Verdict;
  readonly required: IntervalMiB;
  readonly peak: IntervalMiB;
  readonly basis: string;
}

export interface RunRecord {
  readonly kind: 'run';
  readonly part: Part;
  readonly item: string;
  readonly settings: GenerationSettings;
  readonly capMiB: number | null;
  readonly told: Told;
  readonly seen: Seen | null;
  readonly estimated: Estimated | null;
}

/** Process-side MiB: the cap that was enough, and the largest that was not. */
export interface NeedRecord {
  readonly kind: 'need';
  readonly item: string;
  readonly settings: GenerationSettings;
  readonly needMiB: number;
  readonly tooLittleMiB: number | null;
  readonly tries: number;
}

/** A run on a "card" of `cardGiB`: the process capped to that, and judged as if nothing else were on it. */
export interface CardRecord {
  readonly kind: 'card';
  readonly item: string;
  readonly cardGiB: number;
  readonly settings: GenerationSettings;
  readonly verdict: Verdict;
  readonly requiredMiB: { readonly valueMiB: number; readonly lowMiB: number; readonly highMiB: number };
  readonly outcome: Run['outcome'];
}

/** Whether polling saw the top of the decode: device-side MiB. */
export interface PeakRecord {
  readonly kind: 'peak';
  readonly item: string;
  readonly intervalMs: number;
  readonly settings: GenerationSettings;
  readonly decodeMs: number;
  readonly truthMiB: number;
  readonly seenMiB: number | null;
  readonly samples: number;
}

export interface BenchmarkDone {
  readonly kind: 'benchmark-done';
  readonly message: string;
  readonly minutes: number;
  /** The benchmark's runs as a page is shown them, the marks of those left out included. */
  readonly rows: readonly RunRow[];
}

export type CaptureRecord = Meta | RunRecord | NeedRecord | CardRecord | PeakRecord | BenchmarkDone;
type OfKind<K extends CaptureRecord['kind']> = Extract<CaptureRecord, { kind: K }>;

/** The records of one model in one folder. */
export interface Records {
  add(record: CaptureRecord): void;
  all<K extends CaptureRecord['kind']>(kind: K): OfKind<K>[];
  has(kind: CaptureRecord['kind'], item: string): boolean;
}

export function recordsFile(out: string, model: Model): string {
  return join(out, `records-${model}.ndjson`);
}

export function openRecords(out: string, model: Model): Records {
  mkdirSync(out, { recursive: true });
  const file = recordsFile(out, model);
  const records = existsSync(file) ? readRecords(readFileSync(file, 'utf8')) : [];
  const all = <K extends CaptureRecord['kind']>(kind: K): OfKind<K>[] =>
    records.filter((record): record is OfKind<K> => record.kind === kind);
  return {
    add: (record) => {
      records.push(record);
      appendFileSync(file, `${JSON.stringify(record)}\n`);
    },
    all,
    has: (kind, item) => all(kind).some((record) => 'item' in record && record.item === item),
  };
}

/** A last line that was cut off by an end in mid-write is left out. */
export function readRecords(text: string): CaptureRecord[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line, index) => {
    try {
      return [JSON.parse(line) as CaptureRecord];
    } catch (error) {
      if (index === lines.length - 1) return [];
      throw error;
    }
  });
}
