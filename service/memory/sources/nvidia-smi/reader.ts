/** Reads the cards, by single calls or by a child in loop mode, and publishes what it reads. */
import type { Clock } from '../../../base/clock.ts';
import type { SourceHealth } from '../source-health.ts';
import type { DeviceReading } from '../types.ts';
import type { Driver } from './driver.ts';
import { gravest, type OutputReason } from './error-text.ts';
import { createLoopTrust } from './loop-trust.ts';
import type { GpuRow, RowReading } from './rows.ts';
import type { Answer } from './steps.ts';
import type { Stream, StreamEnd } from './stream.ts';

export interface CardReader {
  check(): Promise<Answer>;
  /** Until the loop is stopped, or ends by itself. */
  loop(intervalMs: number): Promise<StreamEnd>;
  stopLoop(): void;
  readonly loopTrusted: boolean;
}

export function createCardReader(clock: Clock, driver: Driver, health: SourceHealth): CardReader {
  const loopTrust = createLoopTrust(clock);
  let stream: Stream | null = null;

  function publish(rows: readonly GpuRow[], badReasons: readonly OutputReason[]): void {
    driver.noteAnswer();
    const reason = gravest(badReasons);
    const [unread, cards] = [badReasons.length, rows.length + badReasons.length];
    health.publish(
      { atMs: clock.nowMs(), devices: rows.map(deviceReading) },
      reason === null ? null : { code: 'some-unread', unread, cards, reason },
    );
  }

  function onRound(readings: readonly RowReading[]): void {
    publish(
      readings.flatMap((reading) => (reading.ok ? [reading.row] : [])),
      readings.flatMap((reading) => (reading.ok ? [] : [reading.reason])),
    );
  }

  async function ask(): Promise<Answer> {
    const output = await driver.ask();
    if ('hung' in output) return 'hung';
    if (!output.ok) {
      health.fail(output.reason);
      return 'bad';
    }
    const badReasons = output.unusable.map(({ reason }) => reason);
    publish(output.gpus, badReasons);
    return 'good';
  }

  return {
    check: async () => {
      const answer = await ask();
      // Where a single call fails too, the loop was not at fault: it begins again as soon as the cards are back.
      if (answer !== 'good') loopTrust.restore();
      return answer;
    },
    loop: async (intervalMs) => {
      const startedMs = clock.monotonicMs();
      stream = driver.startLoop(intervalMs, onRound);
      const end = await stream.ended;
      stream = null;
      if (end === 'hung') driver.noteHang();
      if (end !== 'asked') loopTrust.ended(clock.monotonicMs() - startedMs);
      return end;
    },
    stopLoop: () => stream?.stop(),
    get loopTrusted() {
      return loopTrust.trusted;
    },
  };
}

function deviceReading({ index, uuid, busId, name, usedMiB, totalMiB, driverKeptMiB }: GpuRow): DeviceReading {
  return { index, uuid, busId, name: name ?? 'NVIDIA GPU', usedMiB, totalMiB, driverKeptMiB, processMiB: null };
}
