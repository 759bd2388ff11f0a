import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../service/base/system-clock.ts';
import { runCommand } from '../../service/memory/sources/command.ts';
import { chooseSource, createSampler } from '../../service/memory/sources/registry.ts';
import type { HostDevice } from '../../service/protocol/host.ts';
import { matchDevice } from '../../service/memory/match.ts';
import type { Sampler } from '../../service/memory/sources/types.ts';

/** Unix ms and MiB: of the device, or of the process where it computes on the CPU. */
export interface Point {
  readonly atMs: number;
  readonly usedMiB: number;
}

/** Our sampler's readings of the device that the capture computes on. */
export interface Trace {
  readonly points: readonly Point[];
  stop(): Promise<void>;
}

const FIRST_LIMIT_MS = 10_000;

/**
 * Resolves with the first reading.
 * @param pid the capture's: its memory is what counts on the CPU.
 */
export async function startTrace(device: HostDevice, pid: number, intervalMs: number): Promise<Trace> {
  const points: Point[] = [];
  const choice = chooseSource({ backend: device.backend, pid });
  const sampler: Sampler = createSampler(choice, {
    clock: systemClock,
    runCommand,
    nvidiaSmi: null,
    platform: process.platform,
    env: process.env,
  });
  sampler.subscribe((event) => {
    if (event.type !== 'sample') return;
    const reading = choice.kind === 'process' ? event.sample.devices[0] : matchDevice(device, event.sample.devices);
    const usedMiB = choice.kind === 'process' ? reading?.processMiB : reading?.usedMiB;
    if (typeof usedMiB === 'number') points.push({ atMs: event.sample.atMs, usedMiB });
  });
  sampler.setIntervalMs(intervalMs);
  sampler.start();
  const startedMs = performance.now();
  while (points.length === 0) {
    if (performance.now() - startedMs > FIRST_LIMIT_MS) {
      await sampler.stop();
      throw new Error(`no reading of ${device.name}: ${sampler.state.reason ?? sampler.state.health}`);
    }
    await sleep(20);
  }
  return { points, stop: () => sampler.stop() };
}

/** Highest point from `fromMs` to `toMs`, and how many there were. */
export function peakBetween(
  points: readonly Point[],
  fromMs: number,
  toMs: number,
): { readonly samples: number; readonly peakMiB: number | null } {
  const inside = points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  return {
    samples: inside.length,
    peakMiB: inside.length === 0 ? null : inside.reduce((top, { usedMiB }) => Math.max(top, usedMiB), 0),
  };
}

/** The last point before `atMs`; null where there is none. */
export function lastBefore(points: readonly Point[], atMs: number): Point | null {
  return points.findLast((point) => point.atMs < atMs) ?? null;
}
