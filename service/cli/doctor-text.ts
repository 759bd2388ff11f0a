/** The doctor's findings for people. */
import { reasonInWords } from '../words/en/sources.ts';
import { hasFigures } from '../memory/sources/types.ts';
import type { UnusableRow } from '../memory/sources/nvidia-smi/read-output.ts';
import type { DoctorReplay, ReplayedGpu } from './doctor-replay.ts';
import type { DoctorReport } from './doctor-report.ts';
import type { StoreReport } from './doctor-store.ts';
import { counted } from './words.ts';

const NO_TABLE =
  'It is no table of devices and their memory (a line of column names and a line for each, as nvidia-smi --query-gpu=index,name,memory.used,memory.total --format=csv prints them), no line of it has figures that make sense, or nothing in its lines says which card each is of.';

export function replayText(replay: DoctorReplay): string {
  if (!replay.ok)
    return `Not readable (${replay.reason}). ${replay.reason === 'bad-output' ? NO_TABLE : reasonInWords(replay.reason)}\n`;
  const unusable = replay.unusable.map((row) => `Row ${unusableLine(row)}`);
  return [...replay.gpus.map(gpuLine), ...unusable].join('\n') + '\n';
}

export function reportText(report: DoctorReport): string {
  const { machine, nvidiaSmi, processes, store } = report;
  const lines = [
    `Headroom     ${report.headroomVersion} on Node.js ${report.nodeVersion}`,
    `Machine      ${machine === null ? 'did not tell in time' : `${machine.os}; ${machine.cpu}, ${machine.cores} cores; ${machine.ramMiB} MiB RAM`}`,
    ...(machine?.graphics ?? []).map(
      ({ name, vramMiB }) => `Graphics     ${name}${vramMiB === null ? '' : `, ${vramMiB} MiB`}`,
    ),
    `nvidia-smi   ${nvidiaSmi.path ?? 'not found'}`,
    ...(report.driverVersion === null ? [] : [`Driver       ${report.driverVersion}`]),
    ...(nvidiaSmi.fields.length > 0 ? [`Fields       ${nvidiaSmi.fields.join(', ')}`] : []),
    ...report.gpus.map(
      (gpu) => `Card         ${gpuLine(gpu)}${gpu.migMode === 'Enabled' ? ' (MIG: its slices have less)' : ''}`,
    ),
    ...report.unusable.map((row) => `Card         ${unusableLine(row)}`),
    ...(report.gpus.length > 0 ? processLines(processes) : []),
    `Store        ${storeLine(store)}`,
    resultLine(report),
  ];
  return lines.join('\n') + '\n';
}

/** That one card can be read does not mean that it is the one that counts. */
function resultLine({ ok, reason, message, gpus, unusable }: DoctorReport): string {
  if (!ok) return `Problem      ${reason}: ${message}`;
  const all = gpus.length + unusable.length;
  const problems = [
    ...gpus.flatMap((gpu) => (gpu.reason === null ? [] : `${gpu.index ?? '?'} (${gpu.reason})`)),
    ...unusable.map((row) => `${row.row} (${row.reason})`),
  ];
  return problems.length === 0
    ? 'All well.'
    : `Problem      the memory of ${problems.length} of ${all} cards cannot be read: ${problems.join(', ')}.`;
}

function unusableLine({ row, reason }: UnusableRow): string {
  return `${row} cannot be used (${reason}). ${reason === 'bad-output' ? 'Its memory figures are missing or make no sense.' : reasonInWords(reason)}`;
}

function gpuLine(gpu: ReplayedGpu): string {
  const { index, name, usedMiB, totalMiB, uuid, busId } = gpu;
  const memory =
    usedMiB === null && totalMiB === null ? 'no memory figures' : `${mib(usedMiB)} of ${mib(totalMiB)} used`;
  const line = [`${index ?? '?'}: ${name ?? 'unnamed'}`, memory, uuid ?? 'no uuid', busId ?? 'no bus id'].join(', ');
  return hasFigures(gpu) ? line : `${line}. ${reasonInWords('no-memory-figures')}`;
}

function mib(valueMiB: number | null): string {
  return valueMiB === null ? 'an unknown amount' : `${Math.round(valueMiB)} MiB`;
}

function processLines(processes: DoctorReport['processes']): string[] {
  if (processes === null) return ['Processes    the driver does not say'];
  if (processes.length === 0) return ['Processes    none that computes'];
  return processes.map(({ pid, name, usedMiB }) => `Process      ${pid} ${name}: ${mib(usedMiB)}`);
}

function storeLine({ path, state, runs, sizeBytes, folderWritable }: StoreReport): string {
  const contents = runs === null ? '' : `, ${counted(runs, 'run')}, ${Math.ceil((sizeBytes ?? 0) / 1024)} KiB`;
  return `${path}: ${state}${contents}${folderWritable === false ? '; the folder cannot be written' : ''}`;
}
