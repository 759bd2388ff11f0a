/**
 * Samples every NVIDIA card through nvidia-smi: one child in loop mode; single calls where the loop does not hold;
 * never two children at a time.
 *
 *   check ──good──> loop (or poll, while the loop is not trusted) ──ends──> check
 *     └──bad──> unavailable, wait, check
 */
import type { Clock } from '../../../base/clock.ts';
import type { GpuProcess } from '../../../protocol/viewer.ts';
import type { CommandRunner } from '../command.ts';
import { createSourceHealth } from '../source-health.ts';
import type { DeviceReading, Sampler } from '../types.ts';
import { createWaiter, within } from '../../../base/waiter.ts';
import { readComputeApps } from './compute-apps.ts';
import { createDriver } from './driver.ts';
import { gravest } from './error-text.ts';
import type { OutputReason } from './error-text.ts';
import { createLoopTrust } from './loop-trust.ts';
import type { GpuRow, RowReading } from './rows.ts';
import type { Stream, StreamEnd } from './stream.ts';

export interface NvidiaSmiSamplerOptions {
  readonly clock: Clock;
  readonly runCommand: CommandRunner;
  /** Looked up again before each check, for a driver may be installed meanwhile. */
  readonly findBinary: () => string | null;
  readonly intervalMs: number;
}

/** Faster than this nvidia-smi costs more than it tells; slower would be stale between two samples. */
const MIN_INTERVAL_MS = 20;
const MAX_INTERVAL_MS = 1500;
/** A single call costs a process (7 to 20 ms of a core). */
const MIN_POLL_MS = 250;
/** Waits after failures: short enough that a card that is back is seen within 5 s. */
const BACK_OFF_MS = [500, 1000, 2000, 3000] as const;
const PAUSE_AFTER_HANG_MS = 250;
/** On stop, a child that even SIGKILL has not ended is given up on after this. */
const GIVE_UP_MS = 2000;

export function createNvidiaSmiSampler({
  clock,
  runCommand,
  findBinary,
  intervalMs: firstIntervalMs,
}: NvidiaSmiSamplerOptions): Sampler {
  const health = createSourceHealth(clock, 'nvidia-smi', 'VRAM');
  const waiter = createWaiter(clock);
  const loopTrust = createLoopTrust(clock);
  const requests: {
    readonly uuid: string | null;
    readonly resolve: (processes: readonly GpuProcess[] | null) => void;
  }[] = [];
  let intervalMs = clampInterval(firstIntervalMs);
  let running: Promise<void> | null = null;
  let stopping = false;
  let stream: Stream | null = null;
  let failures = 0;
  let nextPollAtMs = 0;

  const answer = (text: string | null) => {
    for (const { uuid, resolve } of requests.splice(0)) resolve(text === null ? null : readComputeApps(text, uuid));
  };
  const onHung = () => {
    health.hang();
    answer(null);
  };
  const driver = createDriver({ clock, runCommand, findBinary, onHung });

  const publish = (rows: readonly GpuRow[], badReasons: readonly OutputReason[]) => {
    failures = 0;
    driver.noteAnswer();
    const reason = gravest(badReasons);
    const message = `${badReasons.length} of ${rows.length + badReasons.length} cards cannot be read (${reason}); the others can.`;
    health.publish(
      { atMs: clock.nowMs(), devices: rows.map(deviceReading) },
      reason === null ? null : { reason, message },
    );
  };

  const onRound = (readings: readonly RowReading[]) => {
    const rows = readings.flatMap((reading) => (reading.ok ? [reading.row] : []));
    publish(
      rows,
      readings.flatMap((reading) => (reading.ok ? [] : [reading.reason])),
    );
  };

  const check = async (): Promise<'good' | 'bad' | 'hung'> => {
    const output = await driver.ask();
    if ('hung' in output) return 'hung';
    if (output.ok)
      publish(
        output.gpus,
        output.unusable.map(({ reason }) => reason),
      );
    else health.fail(output.reason);
    return output.ok ? 'good' : 'bad';
  };

  const loop = async (): Promise<StreamEnd> => {
    const startedMs = clock.monotonicMs();
    stream = driver.startLoop(intervalMs, onRound);
    const end = await stream.ended;
    stream = null;
    if (end === 'hung') driver.noteHang();
    if (end !== 'asked') loopTrust.ended(clock.monotonicMs() - startedMs);
    return end;
  };

  const answerRequests = async () => {
    while (requests.length > 0 && !stopping) answer(health.state.health === 'ok' ? await driver.askProcesses() : null);
  };

  const run = async () => {
    let next: 'check' | 'loop' | 'poll' = 'check';
    while (!stopping) {
      await answerRequests();
      if (stopping) break;
      if (next === 'loop') {
        const end = await loop();
        if (end === 'hung') await waiter.wait(PAUSE_AFTER_HANG_MS);
        next = end === 'asked' ? 'loop' : 'check';
        continue;
      }
      const pauseMs = nextPollAtMs - clock.monotonicMs();
      if (next === 'poll' && pauseMs > 0 && (await waiter.wait(pauseMs)) === 'woken') continue;
      const result = await check();
      nextPollAtMs = clock.monotonicMs() + Math.max(intervalMs, MIN_POLL_MS);
      // Where a single call fails too, the loop was not at fault: it begins again as soon as the cards are back.
      if (result !== 'good') loopTrust.restore();
      if (result === 'hung') await waiter.wait(PAUSE_AFTER_HANG_MS);
      if (result === 'bad') {
        await waiter.wait(BACK_OFF_MS[failures] ?? BACK_OFF_MS[BACK_OFF_MS.length - 1] ?? 0);
        failures += 1;
      }
      next = result !== 'good' ? 'check' : loopTrust.trusted ? 'loop' : 'poll';
    }
  };

  const interrupt = () => {
    stream?.stop();
    waiter.wake();
  };

  return {
    get state() {
      return health.state;
    },
    get driverVersion() {
      return driver.version;
    },
    start() {
      if (running !== null || stopping) return;
      health.start();
      running = run();
    },
    setIntervalMs(newIntervalMs) {
      const clamped = clampInterval(newIntervalMs);
      if (clamped === intervalMs) return;
      intervalMs = clamped;
      interrupt();
    },
    subscribe: health.subscribe,
    readProcesses(uuid = null) {
      if (running === null || stopping || health.state.health !== 'ok') return Promise.resolve(null);
      return new Promise((resolve) => {
        requests.push({ uuid, resolve });
        interrupt();
      });
    },
    async stop() {
      stopping = true;
      health.stop();
      interrupt();
      driver.end();
      answer(null);
      if (running !== null) await within(clock, GIVE_UP_MS, running);
    },
  };
}

function clampInterval(intervalMs: number): number {
  return Math.round(Math.min(Math.max(intervalMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS));
}

function deviceReading({ index, uuid, busId, name, usedMiB, totalMiB, driverKeptMiB }: GpuRow): DeviceReading {
  return { index, uuid, busId, name: name ?? 'NVIDIA GPU', usedMiB, totalMiB, driverKeptMiB, processMiB: null };
}
