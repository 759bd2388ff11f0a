/** What is told of a program that is, or was, recorded. */
import type { Lack, SampleLine } from '../../recording/format.ts';
import type { DeviceSummary, RamSummary, Summary, TorchSummary } from '../../recording/summary.ts';
import { inWholeMiB } from './amounts.ts';
import { reasonInWords } from './sources.ts';

/** One line while it runs: of the devices the fullest. */
export function liveInWords(sample: SampleLine, peakMiB: number | null, totalMiB: number | null): string {
  const usedMiB = sample.usedMiB.reduce<number | null>(larger, null);
  const device =
    usedMiB === null
      ? 'no device'
      : `device ${mib(usedMiB)}${totalMiB === null ? '' : ` of ${mib(totalMiB)}`}, top ${mib(peakMiB)}, program ` +
        `${mib(sample.programMiB.reduce<number | null>(larger, null))}`;
  return `${seconds(sample.afterMs)}: ${device}; RAM ${mib(sample.residentMiB)}`;
}

export function summaryInWords(summary: Summary): string[] {
  const { devices, ram, torch, lacks } = summary;
  return [
    `${summary.samples} ${summary.samples === 1 ? 'sample' : 'samples'} in ${seconds(summary.durationMs)}.`,
    ...devices.flatMap(deviceInWords),
    ...(ram === null ? [] : [ramInWords(ram)]),
    ...(torch === null ? [] : torchInWords(torch)),
    ...lacks.map(lackInWords),
  ];
}

function deviceInWords(summary: DeviceSummary): string[] {
  const { device, peakMiB, programPeakMiB, by, othersMiB, otherPrograms } = summary;
  const whose = by === 'driver' ? '' : ', by difference: all beyond what was used before it';
  const named = otherPrograms
    .slice(0, 4)
    .map(({ name, usedMiB }) => (usedMiB === null ? name : `${name} ${mib(usedMiB)}`));
  const names = named.length === 0 ? '' : ` (${named.join(', ')}${otherPrograms.length > 4 ? ', ...' : ''})`;
  return [
    `Device    ${device.name}: ${mib(peakMiB)} of ${mib(device.totalMiB)} at the top; ` +
      `${mib(device.usedBeforeMiB)} were used before it was started`,
    `Program   ${mib(programPeakMiB)} of that device at most, with all that it started${whose}`,
    `Others    ${mib(othersMiB)} as the device was at its top${names}`,
  ];
}

function ramInWords({ treePeakMiB, processesPeak, machinePeakMiB, machineTotalMiB }: RamSummary): string {
  const of = processesPeak > 1 ? ` in up to ${processesPeak} processes (what they share counts in each)` : '';
  return (
    `RAM       ${mib(treePeakMiB)} of its own at most${of}; the machine ${mib(machinePeakMiB)} of ` +
    `${mib(machineTotalMiB)}`
  );
}

function torchInWords(torch: TorchSummary): string[] {
  const { idleMiB, allocatedPeakMiB, activePeakMiB, reservedPeakMiB, allocRetries, ooms, counted, pid } = torch;
  const more =
    counted > 1 ? `; ${counted} processes and devices have told counters, these are of the largest (${pid})` : '';
  return [
    `torch     reserved ${mib(reservedPeakMiB)}, active ${mib(activePeakMiB)}, allocated ` +
      `${mib(allocatedPeakMiB)} at most; at rest ${mib(idleMiB)} allocated${more}`,
    ...(allocRetries + ooms === 0
      ? []
      : [
          `torch     gave back its cache ${times(allocRetries)} since the card was full, and ran out of memory ` +
            `${times(ooms)}`,
        ]),
  ];
}

export function lackInWords(lack: Lack): string {
  switch (lack.figure) {
    case 'device':
      return (
        'No device was recorded, RAM alone. ' +
        `${lack.why === 'no-reading' ? 'No reading came in time.' : reasonInWords(lack.why)}`
      );
    case 'program-on-device':
      return `The driver does not give the program's own part of the device: ${PROGRAM_LACKS[lack.why]}.`;
    case 'started-processes':
      return (
        'This system does not say here which processes the program started: its RAM is that of its first process ' +
        'alone.'
      );
    case 'ram':
      return "The program's RAM could not be read: it was over too soon, or this system does not tell it.";
    case 'torch':
      return lack.why === 'no-hook'
        ? "torch's counters were not recorded: --hook does that for Python programs."
        : "torch's counters were not told: no Python process with torch used a card, or Python was started " +
            'without its site or its environment (-S, -I, -E).';
  }
}

const PROGRAM_LACKS: Readonly<Record<Extract<Lack, { figure: 'program-on-device' }>['why'], string>> = {
  'not-listed':
    'it lists none of its processes. It used none of it, was over too soon, or runs in a container, where the ' +
    'driver tells other process ids',
  'no-figures': 'it lists the processes without figures, as drivers of Windows (WDDM) and WSL 2 do',
  'no-list': 'it lists no programs, or was not asked in time',
};

function larger(most: number | null, figure: number | null): number | null {
  return figure === null ? most : Math.max(most ?? 0, figure);
}

function mib(figure: number | null): string {
  return figure === null ? 'an unknown amount' : inWholeMiB(figure);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
