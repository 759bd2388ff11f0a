/** The doctor's findings for people. */
import * as words from '../words/index.ts';
import { inColumns, type Entry } from './columns.ts';
import { PLAIN, toned, type Look } from './look.ts';
import type { DoctorReplay } from './doctor-replay.ts';
import type { DoctorReport } from './doctor-report.ts';

const WIDTH = 13;

export function replayText(replay: DoctorReplay): string {
  const lines = replay.ok
    ? [
        ...replay.gpus.map((gpu) => words.cardInWords(gpu)),
        ...replay.unusable.map(({ row, reason }) => words.unusableRowInWords(row, reason)),
      ]
    : [words.unreadableOutputInWords(replay.reason)];
  return lines.join('\n') + '\n';
}

export function reportText(report: DoctorReport, look: Look = PLAIN): string {
  const { machine, nvidiaSmi, driverVersion, gpus, unusable } = report;
  const labels = words.DOCTOR_LABELS;
  const problem = problemIn(report);
  const entries: Entry[] = [
    [labels.headroom, words.versionsOfDoctor(report.headroomVersion, report.nodeVersion)],
    [labels.machine, machine === null ? words.NOT_TOLD_IN_TIME : words.machineInWords(machine)],
    ...(machine?.graphics ?? []).map(({ name, vramMiB }): Entry => [
      labels.graphics,
      words.graphicsInWords(name, vramMiB),
    ]),
    [labels.nvidiaSmi, nvidiaSmi.path ?? words.NOT_FOUND],
    ...(driverVersion === null ? [] : [[labels.driver, driverVersion] as const]),
    ...(nvidiaSmi.fields.length > 0 ? [[labels.fields, nvidiaSmi.fields.join(', ')] as const] : []),
    ...gpus.map((gpu): Entry => [labels.card, words.cardInWords(gpu, gpu.migMode === 'Enabled')]),
    ...unusable.map(({ row, reason }): Entry => [labels.card, words.unusableInWords(row, reason)]),
    ...(gpus.length > 0 ? processEntries(report.holders) : []),
    [labels.ram, words.ramInWords(report.ram)],
    ...(report.ram.webuiMiB === null ? [] : [[labels.webui, words.webuiRamInWords(report.ram)] as const]),
    ...report.ram.findings.map((finding): Entry => [labels.advice, words.ramFindingInWords(finding)]),
    [labels.store, words.storeInWords(report.store)],
    ...(problem === null ? [] : [[labels.problem, problem, 'bad'] as const]),
  ];
  const lines = inColumns(entries, WIDTH, look);
  return [...lines, ...(problem === null ? [toned(words.ALL_WELL, 'good', look)] : [])].join('\n') + '\n';
}

/** That one card can be read does not mean that it is the one that counts. Null where all is well. */
function problemIn({ reason, gpus, unusable }: DoctorReport): string | null {
  if (reason !== null) return words.problemOfAll(reason);
  const problems = [
    ...gpus.flatMap(({ index, reason: why }) => (why === null ? [] : [{ card: index, reason: why }])),
    ...unusable.map(({ row, reason: why }) => ({ card: row, reason: why })),
  ];
  return problems.length === 0 ? null : words.problemOfSome(problems, gpus.length + unusable.length);
}

function processEntries(processes: DoctorReport['holders']): Entry[] {
  const labels = words.DOCTOR_LABELS;
  if (processes === null) return [[labels.processes, words.PROCESSES_NOT_TOLD]];
  if (processes.length === 0) return [[labels.processes, words.NO_PROCESSES]];
  return processes.map((one) => [labels.process, words.holderInWords(one)]);
}
