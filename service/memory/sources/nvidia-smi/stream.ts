/** One child in loop mode, from its start to its end. */
import type { Clock } from '../../../base/clock.ts';
import type { Child, ChildSlot } from '../child-slot.ts';
import { createDeadline } from '../../../base/deadline.ts';
import { createLineSplitter } from '../../../base/lines.ts';
import { createBatches } from './batches.ts';
import { createLineReader } from './line-reader.ts';
import type { RowReading } from './rows.ts';

/** No row is near that. */
const MOST_LINE_CHARACTERS = 65_536;

/** Rounds without a usable row after which the loop is held to be degraded. */
const BAD_ROUNDS = 2;

/**
 * `asked`: `stop` was called. `hung`: ended after a silence. `failed`: it ended by itself, or went on without a usable
 * row.
 */
export type StreamEnd = 'asked' | 'hung' | 'failed';

export interface Stream {
  readonly ended: Promise<StreamEnd>;
  stop(): void;
}

export interface StreamOptions {
  readonly slot: ChildSlot;
  readonly clock: Clock;
  readonly file: string;
  readonly args: readonly string[];
  /** Devices that the last single call showed, usable or not. */
  readonly devices: number;
  /** Silence after which the child is ended. */
  readonly limitMs: number;
  /** A round with at least one usable row. */
  readonly onRound: (readings: readonly RowReading[]) => void;
  readonly onHung: () => void;
}

export function startStream({ slot, clock, file, args, devices, limitMs, onRound, onHung }: StreamOptions): Stream {
  let why: StreamEnd | null = null;
  let badRounds = 0;
  let child: Child | null = null;
  const end = (reason: StreamEnd) => {
    why ??= reason;
    child?.end();
  };
  const silence = createDeadline(clock, limitMs, () => {
    end('hung');
    onHung();
  });
  const batches = createBatches(clock, devices, (readings) => {
    if (why === 'asked') return;
    if (readings.some((reading) => reading.ok)) {
      badRounds = 0;
      silence.reset();
      onRound(readings);
    } else {
      badRounds += 1;
      if (badRounds >= BAD_ROUNDS) end('failed');
    }
  });
  const readLine = createLineReader();
  const onLine = (line: string | null) => {
    if (line === null) return;
    const reading = readLine(line);
    if (reading.kind === 'row') batches.add(reading.reading);
    if (reading.kind === 'error' && reading.error.scope === 'device') {
      batches.add({
        ok: false,
        key: { index: reading.error.index, uuid: null, busId: reading.error.busId },
        reason: reading.error.reason,
      });
    }
  };
  // Two pipes, two splitters: a line of one may arrive in the middle of the other's.
  const split = {
    stdout: createLineSplitter(MOST_LINE_CHARACTERS, onLine),
    stderr: createLineSplitter(MOST_LINE_CHARACTERS, onLine),
  };
  child = slot.start(file, args, (text, from) => split[from].feed(text));
  return {
    ended: child.ended.then(() => {
      silence.clear();
      batches.clear();
      return why ?? 'failed';
    }),
    stop: () => end('asked'),
  };
}
