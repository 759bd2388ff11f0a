/** What a recording shows, from its lines alone: here, and wherever it is compared. Pure. */
import { REST_MS, type EndLine, type Recording, type RecordedDevice, type TorchLine } from './format.ts';

export interface DeviceSummary {
  readonly device: RecordedDevice;
  readonly peakMiB: number | null;
  readonly peakAfterMs: number | null;
  /** The most that the program, with all that it started, had of it. */
  readonly programPeakMiB: number | null;
  /**
   * `driver`: the driver has told the program's part at least once; else all beyond what was used before is its own.
   */
  readonly by: 'driver' | 'difference';
  /** All that was not the program's as the device was at its top. */
  readonly othersMiB: number | null;
  /** Programs that the driver listed beside it, the largest first, with the most that it told. */
  readonly otherPrograms: readonly { readonly name: string; readonly usedMiB: number | null }[];
}

/** Torch's counters of the one process and device that reserved most. */
export interface TorchSummary {
  readonly pid: number;
  /** By torch's own numbers. */
  readonly device: number;
  readonly uuid: string | null;
  /** What it held between its pieces of work; null where it never rested before its peak. */
  readonly idleMiB: number | null;
  readonly allocatedPeakMiB: number;
  readonly activePeakMiB: number;
  readonly reservedPeakMiB: number;
  readonly peakAfterMs: number;
  readonly allocRetries: number;
  readonly ooms: number;
  /** How many processes and devices told counters. */
  readonly counted: number;
}

export interface RamSummary {
  readonly treePeakMiB: number;
  readonly processesPeak: number;
  readonly machinePeakMiB: number | null;
  readonly machineTotalMiB: number | null;
}

export interface Summary {
  readonly samples: number;
  readonly durationMs: number;
  readonly devices: readonly DeviceSummary[];
  readonly ram: RamSummary | null;
  readonly torch: TorchSummary | null;
  readonly lacks: EndLine['lacks'];
}

export function summaryOf(recording: Recording): Summary {
  const { header, samples, end } = recording;
  return {
    samples: end?.samples ?? samples.length,
    durationMs: end?.durationMs ?? samples.at(-1)?.afterMs ?? 0,
    devices: header.devices.map((device, at) => deviceSummary(recording, device, at)),
    ram: ramSummary(recording),
    torch: torchSummary(recording.torch),
    lacks: end?.lacks ?? [],
  };
}

function deviceSummary({ samples, programs }: Recording, device: RecordedDevice, at: number): DeviceSummary {
  const top = highest(samples, ({ usedMiB }) => usedMiB[at] ?? null);
  const listed = programs.filter((line) => line.device === at);
  const told = listed.flatMap(({ programMiB }) => programMiB ?? []);
  const shares = samples.flatMap(({ programMiB }) => programMiB[at] ?? []);
  const programPeakMiB = mostOf([...told, ...shares]);
  const programAtTopMiB = top?.line.programMiB[at] ?? null;
  return {
    device,
    peakMiB: top?.figure ?? null,
    peakAfterMs: top?.line.afterMs ?? null,
    programPeakMiB,
    by: told.length > 0 ? 'driver' : 'difference',
    othersMiB: top === null || programAtTopMiB === null ? null : top.figure - programAtTopMiB,
    otherPrograms: otherPrograms(listed.flatMap(({ others }) => others)),
  };
}

function otherPrograms(seen: readonly { readonly name: string; readonly usedMiB: number | null }[]) {
  const most = new Map<string, number | null>();
  for (const { name, usedMiB } of seen) {
    const before = most.get(name) ?? null;
    most.set(name, usedMiB === null ? before : Math.max(before ?? 0, usedMiB));
  }
  return [...most].map(([name, usedMiB]) => ({ name, usedMiB })).sort((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0));
}

function ramSummary({ samples }: Recording): RamSummary | null {
  const treePeakMiB = mostOf(samples.flatMap(({ residentMiB }) => residentMiB ?? []));
  if (treePeakMiB === null) return null;
  return {
    treePeakMiB,
    processesPeak: mostOf(samples.flatMap(({ processes }) => processes ?? [])) ?? 1,
    machinePeakMiB: mostOf(samples.flatMap(({ ramUsedMiB }) => ramUsedMiB ?? [])),
    machineTotalMiB: mostOf(samples.flatMap(({ ramTotalMiB }) => ramTotalMiB ?? [])),
  };
}

function torchSummary(lines: readonly TorchLine[]): TorchSummary | null {
  const groups = [...Map.groupBy(lines, ({ pid, device }) => `${pid}/${device}`).values()];
  const peakOf = (group: readonly TorchLine[]): number => mostOf(group.map((line) => line.reservedPeakMiB)) ?? 0;
  const [group = []] = groups.sort((a, b) => peakOf(b) - peakOf(a));
  // A program may set its peaks back: what it had reached counts all the same.
  const top = highest(group, ({ activePeakMiB }) => activePeakMiB);
  if (top === null) return null;
  return {
    pid: top.line.pid,
    device: top.line.device,
    uuid: top.line.uuid,
    idleMiB: idleBefore(group, top.line.afterMs),
    allocatedPeakMiB: mostOf(group.map((line) => line.allocatedPeakMiB)) ?? 0,
    activePeakMiB: top.figure,
    reservedPeakMiB: peakOf(group),
    peakAfterMs: top.line.afterMs,
    allocRetries: mostOf(group.map((line) => line.allocRetries)) ?? 0,
    ooms: mostOf(group.map((line) => line.ooms)) ?? 0,
    counted: groups.length,
  };
}

/** What a piece of work leaves behind: latents, a picture. */
const LEFT_MIB = 64;

/**
 * The least of the levels at which it rested before its peak and to which it came back after it. It also rests while
 * weights are being loaded, to which it never comes back, and while a long kernel holds the tensors of a piece of work.
 * Where none is such, the level before the peak at which it rested longest.
 */
function idleBefore(lines: readonly TorchLine[], peakAfterMs: number): number | null {
  const isRest = ({ restMs, allocatedMiB }: TorchLine): boolean => restMs >= REST_MS && allocatedMiB > 0;
  const before = lines.filter((line) => line.afterMs < peakAfterMs && isRest(line));
  const after = lines.filter((line, at) => line.afterMs >= peakAfterMs && (isRest(line) || at === lines.length - 1));
  const cameBack = before.filter((one) =>
    after.some((two) => Math.abs(two.allocatedMiB - one.allocatedMiB) <= LEFT_MIB),
  );
  const [least] = cameBack.map(({ allocatedMiB }) => allocatedMiB).sort((a, b) => a - b);
  return least ?? highest(before, ({ restMs }) => restMs)?.line.allocatedMiB ?? null;
}

interface Top<One> {
  readonly line: One;
  readonly figure: number;
}

/** The first at which a figure is highest; null where it is told nowhere. */
function highest<One>(lines: readonly One[], figureOf: (line: One) => number | null): Top<One> | null {
  let top: Top<One> | null = null;
  for (const line of lines) {
    const figure = figureOf(line);
    if (figure !== null && (top === null || figure > top.figure)) top = { line, figure };
  }
  return top;
}

/** Not by spreading: a recording of a day has more samples than a call may have arguments. */
function mostOf(figures: readonly number[]): number | null {
  return figures.reduce<number | null>((most, figure) => (most === null ? figure : Math.max(most, figure)), null);
}
