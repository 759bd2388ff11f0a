/** Takes the samples of a program that runs: the device's from the memory source, its RAM from its processes. */
import type { Clock } from '../base/clock.ts';
import type { SourceReason } from '../protocol/source.ts';
import type { TreeMemory, TreeReader } from '../memory/sources/process/tree.ts';
import type { Sampler } from '../memory/sources/types.ts';
import { createAsking } from './asking.ts';
import { figuresOf, type DeviceOnCourse } from './device.ts';
import type { Lack, Line, RecordedDevice, SampleLine } from './format.ts';
import { programMiBOf, shareBefore } from './share.ts';
import { isWorthKeeping } from './thin.ts';

export interface CourseParts {
  readonly clock: Clock;
  readonly sampler: Sampler;
  readonly devices: readonly RecordedDevice[];
  /** Why there is none; null where the source did not say. */
  readonly deviceLack: SourceReason | null;
  readonly tree: TreeReader;
  readonly intervalMs: number;
  readonly write: (line: Line) => void;
  /** Every sample, also those that are not kept. */
  readonly onSample: (sample: SampleLine) => void;
}

export interface Course {
  /** Resolves once no more is read. */
  stop(): Promise<{ readonly samples: number; readonly lacks: readonly Lack[] }>;
}

/** The source is silent for longer than its pauses: samples of the RAM alone are taken meanwhile. */
const SILENT_MS = 500;
/** Where each reading of the RAM is a process of its own. */
const TOOL_EACH_MS = 1_000;

const NO_PIDS: ReadonlySet<number> = new Set();

/** Long, for its parts share the state that is kept here; none of them is. */
export function startCourse(parts: CourseParts): Course {
  const { clock, sampler, tree, write } = parts;
  const startedMs = clock.monotonicMs();
  const devices: DeviceOnCourse[] = parts.devices.map((device) => ({
    device,
    share: shareBefore(device.usedBeforeMiB),
    usedMiB: device.usedBeforeMiB,
    askedAtMiB: device.usedBeforeMiB,
  }));
  let memory: TreeMemory | null = null;
  let kept: SampleLine | null = null;
  let samples = 0;
  let mostResidentMiB = 0;
  let readAtMs = startedMs;
  const asking = createAsking(parts, devices, () => memory?.pids ?? NO_PIDS, startedMs);
  const told = { ram: false };

  function take(): void {
    samples += 1;
    const sample: SampleLine = {
      type: 'sample',
      afterMs: Math.round(clock.monotonicMs() - startedMs),
      usedMiB: devices.map(({ usedMiB }) => usedMiB),
      programMiB: devices.map(({ share, usedMiB }) => programMiBOf(share, usedMiB)),
      residentMiB: rounded(memory?.residentMiB),
      processes: memory?.pids.size ?? null,
      ramUsedMiB: rounded(memory?.usedMiB),
      ramTotalMiB: rounded(memory?.totalMiB),
    };
    parts.onSample(sample);
    if (!isWorthKeeping(kept, sample, mostResidentMiB)) return;
    kept = sample;
    mostResidentMiB = Math.max(mostResidentMiB, sample.residentMiB ?? 0);
    write(sample);
  }

  const ram = startReading(parts, (next) => {
    memory = next;
    told.ram ||= next !== null;
    const silent = clock.monotonicMs() - readAtMs >= Math.max(SILENT_MS, 2 * parts.intervalMs);
    if (silent) for (const one of devices) one.usedMiB = null;
    if (silent || Math.round(next?.residentMiB ?? 0) > mostResidentMiB) take();
  });
  const unsubscribe = sampler.subscribe((event) => {
    if (event.type !== 'sample') return;
    readAtMs = clock.monotonicMs();
    for (const one of devices) one.usedMiB = figuresOf(one.device, event.sample.devices)?.usedMiB ?? null;
    asking.onReading();
    take();
    asking.askWhereDue();
  });

  return {
    stop: async () => {
      unsubscribe();
      ram.stop();
      await sampler.stop();
      if (samples === 0) take();
      return { samples, lacks: [...asking.lacks(), ...lacksOf(parts, told.ram, tree)] };
    },
  };
}

function startReading({ clock, tree, intervalMs }: CourseParts, onMemory: (memory: TreeMemory | null) => void) {
  const paceMs = tree.seesWholeTree ? intervalMs : Math.max(intervalMs, TOOL_EACH_MS);
  let timer: { clear(): void } | null = null;
  let stopped = false;
  const read = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const memory = await tree.read();
    if (stopped) return;
    onMemory(memory);
    timer = clock.setTimeout(() => void read(), Math.max(0, paceMs - (clock.monotonicMs() - startedMs)));
  };
  void read();
  return {
    stop: () => {
      stopped = true;
      timer?.clear();
    },
  };
}

function lacksOf({ deviceLack, devices }: CourseParts, ramWasTold: boolean, tree: TreeReader): Lack[] {
  return [
    ...(devices.length === 0 ? [{ figure: 'device' as const, why: deviceLack ?? ('no-reading' as const) }] : []),
    ...(tree.seesWholeTree ? [] : [{ figure: 'started-processes' as const, why: 'no-process-tree' as const }]),
    ...(ramWasTold ? [] : [{ figure: 'ram' as const, why: 'not-told' as const }]),
  ];
}

function rounded(mib: number | undefined): number | null {
  return mib === undefined ? null : Math.round(mib);
}
