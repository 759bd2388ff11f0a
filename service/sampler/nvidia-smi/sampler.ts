/**
 * Samples every NVIDIA card through nvidia-smi: one child in loop mode; single calls where the loop does not hold;
 * never two children at a time.
 *
 *   check ──ok──> loop (or poll, while the loop is not trusted) ──fails──> check
 *     └──fails──> unavailable, wait, check
 */
import type { Clock } from '../../protocol/clock.ts';
import type { GpuProcess } from '../../protocol/viewer.ts';
import { createChildSlot } from '../childSlot.ts';
import type { CommandRunner } from '../command.ts';
import { createSourceHealth, STALE_AFTER_MS } from '../sourceHealth.ts';
import type { DeviceReading, Sampler } from '../types.ts';
import { callNvidiaSmi } from './call.ts';
import type { CallEnd } from './call.ts';
import { COMPUTE_APPS_ARGS, readComputeApps } from './computeApps.ts';
import { gravest } from './errorText.ts';
import type { OutputReason } from './errorText.ts';
import { probeFields, queryArgs } from './fields.ts';
import type { OptionalField } from './fields.ts';
import { readGpuOutput } from './readOutput.ts';
import type { GpuOutput } from './readOutput.ts';
import type { GpuRow } from './rows.ts';
import { startStream } from './stream.ts';
import type { Stream } from './stream.ts';
import { createWaiter, within } from '../waiter.ts';

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
/** Limits for the first answer ever: with persistence mode off each card may take 1.5 s. */
const FIRST_LIMITS_MS = [3000, 6000, 12_000] as const;
const MAX_LIMIT_MS = 15_000;
/** What remains, at the next answer, of how slow an earlier one was. */
const FORGET_SLOWNESS = 0.7;
/** How long single calls are used before the loop is tried again; doubles each time. */
const DISTRUST_LOOP_MS = 30_000;
const MAX_DISTRUST_LOOP_MS = 600_000;
/** A loop that held this long and then ended is simply begun again. */
const PROVEN_LOOP_MS = 10_000;
const PAUSE_AFTER_HANG_MS = 250;
/** On stop, a child that even SIGKILL has not ended is given up on after this. */
const GIVE_UP_MS = 2000;

export function createNvidiaSmiSampler({ clock, runCommand, findBinary, intervalMs: firstIntervalMs }: NvidiaSmiSamplerOptions): Sampler {
  const health = createSourceHealth(clock, 'nvidia-smi', 'VRAM');
  const slot = createChildSlot(clock, runCommand);
  const waiter = createWaiter(clock);
  let intervalMs = clampInterval(firstIntervalMs);
  let running: Promise<void> | null = null;
  let stopping = false;
  let stream: Stream | null = null;
  let file: string | null = null;
  let supported: readonly OptionalField[] | null = null;
  let devices = 1;
  let driverVersion: string | null = null;
  let failures = 0;
  let hangs = 0;
  let slowAnswerMs: number | null = null;
  let distrustLoopMs = DISTRUST_LOOP_MS;
  let loopAllowedAtMs = 0;
  let nextPollAtMs = 0;
  const processRequests: { uuid: string | null; resolve: (processes: readonly GpuProcess[] | null) => void }[] = [];

  const limitMs = () =>
    slowAnswerMs === null
      ? (FIRST_LIMITS_MS[hangs] ?? FIRST_LIMITS_MS[0])
      : Math.min(Math.max(STALE_AFTER_MS, 2 * slowAnswerMs), MAX_LIMIT_MS);

  const publish = (rows: readonly GpuRow[], badReasons: readonly OutputReason[]) => {
    failures = 0;
    hangs = 0;
    const reason = gravest(badReasons);
    const message = `${badReasons.length} of ${rows.length + badReasons.length} cards cannot be read (${reason}); the others can.`;
    health.publish({ atMs: clock.nowMs(), devices: rows.map(deviceReading) }, reason === null ? null : { reason, message });
  };

  const onHung = () => {
    health.hang();
    refuseRequests();
  };

  const refuseRequests = () => {
    for (const { resolve } of processRequests.splice(0)) resolve(null);
  };

  const call = async (args: readonly string[]): Promise<CallEnd> => {
    const startedMs = clock.monotonicMs();
    const end = await callNvidiaSmi({ slot, clock, file: file ?? '', limitMs: limitMs(), onHung }, args);
    if (end.hung) hangs += 1;
    else slowAnswerMs = Math.max(clock.monotonicMs() - startedMs, FORGET_SLOWNESS * (slowAnswerMs ?? 0));
    return end;
  };

  /** A single answer; it begins with the probing of the fields where they are not known. */
  const ask = async (): Promise<GpuOutput | { hung: true }> => {
    if (supported !== null) {
      const end = await call(queryArgs(supported));
      return end.hung ? { hung: true } : readGpuOutput(end.text, end.exitCode);
    }
    const probed = await probeFields(call);
    if ('hung' in probed) return { hung: true };
    if (probed.output.ok) {
      driverVersion = probed.output.gpus[0]?.driverVersion ?? null;
      supported = probed.supported.filter((field) => field === 'memory.reserved');
    }
    return probed.output;
  };

  const check = async (): Promise<'good' | 'bad' | 'hung'> => {
    file = findBinary();
    const output = file === null ? ({ ok: false, reason: 'driver-missing' } as const) : await ask();
    if ('hung' in output) return 'hung';
    if (output.ok) {
      devices = output.gpus.length + output.unusable.length;
      publish(output.gpus, output.unusable.map(({ reason }) => reason));
      return 'good';
    }
    // Another driver may answer next time, with other fields.
    if (output.reason === 'unknown-field' || output.reason === 'driver-mismatch') supported = null;
    health.fail(output.reason);
    return 'bad';
  };

  const loop = async () => {
    const startedMs = clock.monotonicMs();
    stream = startStream({
      slot,
      clock,
      file: file ?? '',
      args: [...queryArgs(supported ?? []), '-lms', String(intervalMs)],
      devices,
      limitMs: limitMs(),
      onRound: (readings) => publish(readings.flatMap((r) => (r.ok ? [r.row] : [])), readings.flatMap((r) => (r.ok ? [] : [r.reason]))),
      onHung,
    });
    const end = await stream.ended;
    stream = null;
    if (end === 'hung') hangs += 1;
    if (end === 'asked') return end;
    const endedMs = clock.monotonicMs();
    if (endedMs - startedMs < PROVEN_LOOP_MS) {
      loopAllowedAtMs = endedMs + distrustLoopMs;
      distrustLoopMs = Math.min(2 * distrustLoopMs, MAX_DISTRUST_LOOP_MS);
    } else {
      distrustLoopMs = DISTRUST_LOOP_MS;
    }
    return end;
  };

  const answerRequests = async () => {
    while (processRequests.length > 0 && !stopping) {
      if (health.state.health !== 'ok' || file === null) return refuseRequests();
      const end = await call(COMPUTE_APPS_ARGS);
      const text = end.hung || end.exitCode !== 0 ? null : end.text;
      for (const { uuid, resolve } of processRequests.splice(0)) resolve(text === null ? null : readComputeApps(text, uuid));
    }
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
      if (result !== 'good') loopAllowedAtMs = 0;
      if (result === 'hung') await waiter.wait(PAUSE_AFTER_HANG_MS);
      if (result === 'bad') {
        await waiter.wait(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0);
        failures += 1;
      }
      next = result !== 'good' ? 'check' : clock.monotonicMs() >= loopAllowedAtMs ? 'loop' : 'poll';
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
      return driverVersion;
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
        processRequests.push({ uuid, resolve });
        interrupt();
      });
    },
    async stop() {
      stopping = true;
      health.stop();
      interrupt();
      slot.living?.end();
      refuseRequests();
      if (running !== null) await within(clock, GIVE_UP_MS, running);
    },
  };
}

function clampInterval(intervalMs: number): number {
  return Math.round(Math.min(Math.max(intervalMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS));
}

function deviceReading({ index, uuid, busId, name, usedMiB, totalMiB, reservedMiB }: GpuRow): DeviceReading {
  return { index, uuid, busId, name: name ?? 'NVIDIA GPU', usedMiB, totalMiB, reservedMiB, usedByHostMiB: null };
}
