/** What the tab says in words. Pure. */
import type { BenchmarkState, RunRow, ToViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import {
  formatDifference,
  formatMaybeMiB,
  formatMiB,
  formatMinutes,
  formatTimeLeft,
  formatSettings,
  OPERATION_NAMES,
} from '../format.ts';

type Memory = Extract<ToViewerMessage, { type: 'memory' }>;
type Running = Extract<BenchmarkState, { state: 'running' }>;

export type Entry = readonly [name: string, value: string];

/** "3.0 GiB of 8.0 GiB: 2.3 GiB by the WebUI, 600 MiB by others". */
export function memoryInWords(memory: Pick<Memory, 'usedMiB' | 'totalMiB' | 'webuiMiB' | 'othersMiB'>): string {
  if (memory.usedMiB === null) return 'not known';
  const of = memory.totalMiB === null ? '' : ` of ${formatMiB(memory.totalMiB)}`;
  const parts = [
    memory.webuiMiB === null ? null : `${formatMiB(memory.webuiMiB)} by the WebUI`,
    memory.othersMiB === null ? null : `${formatMiB(memory.othersMiB)} by others`,
  ].filter((part) => part !== null);
  return `${formatMiB(memory.usedMiB)}${of}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  torch: 'torch, in the WebUI',
  process: "the WebUI's own process",
  none: 'nothing',
};

function sourceInWords(source: ViewerState['source']): string {
  const how = SOURCES[source.kind] ?? source.kind;
  const health = { starting: ', starting', ok: '', stale: ', no fresh reading', unavailable: ', not available' }[
    source.health
  ];
  return `${how}${health}${source.message === null ? '' : `: ${source.message}`}`;
}

/** Null where the driver was not asked; a process whose share it does not tell is named all the same. */
export function processesInWords(processes: ViewerState['processes']): string[] | null {
  if (processes === null) return null;
  return processes.map(
    ({ name, pid, usedMiB }) => `${name} (pid ${pid}): ${formatMaybeMiB(usedMiB, 'the driver does not say how much')}`,
  );
}

/** The card as its driver names it; the processor as the WebUI names it where it computes there. Null while unknown. */
export function deviceName(state: ViewerState): string | null {
  const { device, environment } = state;
  const names = [device?.name, environment?.device.name];
  if (state.source.label === 'RAM') names.reverse();
  return names.find((name) => name !== undefined) ?? null;
}

/** torch leaves out what the driver keeps for itself, so its figure must not pass for the driver's. */
function totalInWords({ device, environment }: ViewerState): string {
  if (typeof device?.totalMiB === 'number') return formatMiB(device.totalMiB);
  const torchTotalMiB = environment?.device.totalMiB ?? null;
  return torchTotalMiB === null ? 'not known' : `${formatMiB(torchTotalMiB)} by torch's count`;
}

/** What was found, without what changes from second to second. */
export function foundInWords(state: ViewerState): Entry[] {
  const { device, environment } = state;
  const entries: Entry[] = [];
  entries.push([state.source.label === 'RAM' ? 'Computes on' : 'Card', deviceName(state) ?? 'not known yet']);
  if (state.driverVersion !== null) entries.push(['Driver', state.driverVersion]);
  entries.push([`${state.source.label} in all`, totalInWords(state)]);
  entries.push(['Read from', sourceInWords(state.source)]);
  const unused = state.devices.filter(
    (other) => device === null || other.uuid !== device.uuid || other.index !== device.index,
  );
  if (device !== null && unused.length > 0)
    entries.push(['Also there, not used', unused.map((other) => other.name).join(', ')]);
  if (environment === null) {
    entries.push(['WebUI', 'has not said yet what it runs on']);
  } else {
    entries.push(['WebUI', `${environment.webui} ${environment.webuiVersion}, torch ${environment.torchVersion}`]);
    entries.push(['Checkpoint', environment.checkpoint ?? 'none loaded']);
  }
  return entries;
}

export function planInWords(runs: number, minutes: number | null): string {
  const count = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  return minutes === null
    ? `${count}: a few minutes to half an hour, as the first of them tell`
    : `${count}, ${formatMinutes(minutes)}`;
}

export function runInHand(benchmark: Running): string {
  if (benchmark.run === 0) return `Warming up before ${benchmark.runsPlanned} runs`;
  const what =
    benchmark.settings === null
      ? ''
      : `: ${OPERATION_NAMES[benchmark.settings.operation]}, ${formatSettings(benchmark.settings)}`;
  return `Run ${benchmark.run} of ${benchmark.runsPlanned}${what}`;
}

export function timeLeftInWords(timeLeftMs: number | null): string {
  return timeLeftMs === null ? '' : `${formatTimeLeft(timeLeftMs)} left`;
}

const OUTCOME_NAMES: Readonly<Record<RunRow['outcome'], string>> = {
  ok: 'ran',
  oom: 'out of memory',
  interrupted: 'interrupted',
  failed: 'failed',
};

/**
 * A run under a cap was made to find the least memory that is enough: that it failed is no accident, and no fault of
 * the card.
 */
export function outcomeInWords({ outcome, capMiB }: RunRow): string {
  if (capMiB === null) return OUTCOME_NAMES[outcome];
  if (outcome === 'ok') return `ran within ${formatMiB(capMiB)}`;
  return outcome === 'oom' ? `needs more than ${formatMiB(capMiB)}` : OUTCOME_NAMES[outcome];
}

/** The peak of a run that ran out of memory is what it had reached, not what it needed; under a cap it says nothing. */
export function measuredInWords(row: RunRow): string {
  if (row.capMiB !== null) return '';
  if (row.webuiPeakMiB === null) return 'not measured';
  return `${row.outcome === 'ok' ? '' : 'at least '}${formatMiB(row.webuiPeakMiB)}`;
}

/**
 * How far the estimate was from the peak, both of the WebUI alone: what others use would flatter it. Empty where either
 * is missing or the peak is only a lower bound.
 */
export function offByInWords(row: RunRow): string {
  return (
    (row.outcome === 'ok' && row.capMiB === null
      ? formatDifference(row.estimatedWebuiPeakMiB, row.webuiPeakMiB)
      : null) ?? ''
  );
}

const LAST = 20;

/**
 * How the newest generations of a person's own went, against what was estimated of them; empty where there are none to
 * compare.
 */
export function lastInWords(rows: readonly RunRow[]): string {
  const own = rows
    .filter(
      (row) =>
        row.origin === 'ordinary' &&
        !row.imported &&
        row.capMiB === null &&
        row.marks.every((mark) => mark === 'outlier'),
    )
    .filter(
      ({ outcome, estimatedWebuiPeakMiB, webuiPeakMiB }) =>
        outcome === 'oom' || (outcome === 'ok' && estimatedWebuiPeakMiB !== null && Boolean(webuiPeakMiB)),
    )
    .slice(0, LAST);
  const failed = own.filter(({ outcome }) => outcome === 'oom').length;
  const accuracy = accuracyInWords(
    own.filter(({ outcome }) => outcome === 'ok'),
    failed === 0 ? '' : ' that ran',
  );
  if (failed === 0) return accuracy;
  if (failed > 1 || own[0]?.outcome !== 'oom')
    return `${failed} of your last ${own.length} generations ran out of memory. ${accuracy}`.trim();
  const { estimatedWebuiPeakMiB } = own[0];
  const estimated =
    own.length > 1 || estimatedWebuiPeakMiB === null
      ? ''
      : `; a peak of ${formatMiB(estimatedWebuiPeakMiB)} was estimated`;
  return `Your last generation ran out of memory${estimated}. ${accuracy}`.trim();
}

/** Of runs whose peak was estimated and measured. */
function accuracyInWords(rows: readonly RunRow[], which: string): string {
  const off = rows.map(
    ({ estimatedWebuiPeakMiB, webuiPeakMiB }) => Math.abs((estimatedWebuiPeakMiB ?? 0) / (webuiPeakMiB ?? 1) - 1) * 100,
  );
  if (off.length === 0) return '';
  const mean = off.reduce((sum, one) => sum + one, 0) / off.length;
  if (off.length === 1)
    return `Your last generation${which}, estimated against measured peak of the WebUI's own memory: ${mean.toFixed(1)} % off.`;
  return `Your last ${off.length} generations${which}, estimated against measured peak of the WebUI's own memory: ${mean.toFixed(1)} % off on average, ${Math.max(...off).toFixed(1)} % at most.`;
}

export function shortHash(keyHash: string): string {
  return keyHash.slice(0, 8);
}
