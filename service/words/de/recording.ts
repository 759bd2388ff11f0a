/** What is told of a program that is, or was, recorded. */
import type { Lack, SampleLine } from '../../recording/format.ts';
import type { DeviceSummary, RamSummary, Summary, TorchSummary } from '../../recording/summary.ts';
import { counted, decimal, inWholeMiB } from './amounts.ts';
import { reasonInWords } from './sources.ts';

/** One line while it runs: of the devices the fullest. */
export function liveInWords(sample: SampleLine, peakMiB: number | null, totalMiB: number | null): string {
  const usedMiB = sample.usedMiB.reduce<number | null>(larger, null);
  const device =
    usedMiB === null
      ? 'kein Gerät'
      : `Gerät ${mib(usedMiB)}${totalMiB === null ? '' : ` von ${mib(totalMiB)}`}, höchstens ${mib(peakMiB)}, ` +
        `Programm ${mib(sample.programMiB.reduce<number | null>(larger, null))}`;
  return `${seconds(sample.afterMs)}: ${device}; RAM ${mib(sample.residentMiB)}`;
}

export function summaryInWords(summary: Summary): string[] {
  const { devices, ram, torch, lacks } = summary;
  return [
    `${counted(summary.samples, 'Messung', 'Messungen')} in ${seconds(summary.durationMs)}.`,
    ...devices.flatMap(deviceInWords),
    ...(ram === null ? [] : [ramInWords(ram)]),
    ...(torch === null ? [] : torchInWords(torch)),
    ...lacks.map(lackInWords),
  ];
}

function deviceInWords(summary: DeviceSummary): string[] {
  const { device, peakMiB, programPeakMiB, by, othersMiB, otherPrograms } = summary;
  const whose = by === 'driver' ? '' : ', als Differenz: alles über dem, was vorher belegt war';
  const named = otherPrograms
    .slice(0, 4)
    .map(({ name, usedMiB }) => (usedMiB === null ? name : `${name} ${mib(usedMiB)}`));
  const names = named.length === 0 ? '' : ` (${named.join(', ')}${otherPrograms.length > 4 ? ', ...' : ''})`;
  return [
    `Gerät     ${device.name}: höchstens ${mib(peakMiB)} von ${mib(device.totalMiB)}; ` +
      `${mib(device.usedBeforeMiB)} waren vor dem Start belegt`,
    `Programm  höchstens ${mib(programPeakMiB)} dieses Geräts, mit allem, was es startete${whose}`,
    `Andere    ${mib(othersMiB)}, als das Gerät am vollsten war${names}`,
  ];
}

function ramInWords({ treePeakMiB, processesPeak, machinePeakMiB, machineTotalMiB }: RamSummary): string {
  const of = processesPeak > 1 ? ` in bis zu ${processesPeak} Prozessen (was sie teilen, zählt in jedem)` : '';
  return (
    `RAM       höchstens ${mib(treePeakMiB)} eigenes${of}; der Rechner ${mib(machinePeakMiB)} von ` +
    `${mib(machineTotalMiB)}`
  );
}

function torchInWords(torch: TorchSummary): string[] {
  const { idleMiB, allocatedPeakMiB, activePeakMiB, reservedPeakMiB, allocRetries, ooms, pid } = torch;
  const more =
    torch.counted > 1
      ? `; ${torch.counted} Prozesse und Geräte haben Zähler gemeldet, diese sind vom größten (${pid})`
      : '';
  return [
    `torch     höchstens reserviert ${mib(reservedPeakMiB)}, aktiv ${mib(activePeakMiB)}, belegt ` +
      `${mib(allocatedPeakMiB)}; in Ruhe ${mib(idleMiB)} belegt${more}`,
    ...(allocRetries + ooms === 0
      ? []
      : [
          `torch     gab ${times(allocRetries)} seinen Cache zurück, weil die Karte voll war, und ${times(ooms)} ging ` +
            'der Speicher aus',
        ]),
  ];
}

export function lackInWords(lack: Lack): string {
  switch (lack.figure) {
    case 'device':
      return (
        'Kein Gerät wurde aufgenommen, nur RAM. ' +
        `${lack.why === 'no-reading' ? 'Kein Messwert kam rechtzeitig.' : reasonInWords(lack.why)}`
      );
    case 'program-on-device':
      return `Der Treiber nennt den Anteil des Programms am Gerät nicht: ${PROGRAM_LACKS[lack.why]}.`;
    case 'started-processes':
      return (
        'Dieses System sagt hier nicht, welche Prozesse das Programm startete: Das RAM ist nur das des ersten ' +
        'Prozesses.'
      );
    case 'ram':
      return 'Das RAM des Programms war nicht lesbar: Es endete zu früh, oder dieses System nennt es nicht.';
    case 'torch':
      return lack.why === 'no-hook'
        ? 'Die Zähler von torch wurden nicht aufgenommen: Bei Python-Programmen tut das --hook.'
        : 'Die Zähler von torch wurden nicht gemeldet: Kein Python-Prozess mit torch benutzte eine Karte, oder Python ' +
            'wurde ohne site oder ohne Umgebung gestartet (-S, -I, -E).';
  }
}

const PROGRAM_LACKS: Readonly<Record<Extract<Lack, { figure: 'program-on-device' }>['why'], string>> = {
  'not-listed':
    'Er führt keinen seiner Prozesse auf. Es benutzte das Gerät nicht, endete zu früh oder läuft in einem Container, ' +
    'wo der Treiber andere Prozessnummern nennt',
  'no-figures': 'Er führt die Prozesse ohne Zahlen auf, wie Treiber von Windows (WDDM) und WSL 2 es tun',
  'no-list': 'Er führt keine Programme auf oder wurde nicht rechtzeitig gefragt',
};

function larger(most: number | null, figure: number | null): number | null {
  return figure === null ? most : Math.max(most ?? 0, figure);
}

function mib(figure: number | null): string {
  return figure === null ? 'unbekannt viel' : inWholeMiB(figure);
}

function seconds(ms: number): string {
  return `${decimal(ms / 1000, ms < 10_000 ? 1 : 0)} s`;
}

function times(count: number): string {
  return count === 1 ? 'einmal' : `${count}-mal`;
}
