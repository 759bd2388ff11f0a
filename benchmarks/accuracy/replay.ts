import { estimate } from '../../service/estimate/estimate.ts';
import { fit } from '../../service/model/fit.ts';
import { outputAreaMpx } from '../../service/model/geometry.ts';
import type { Observation } from '../../service/model/types.ts';
import { planNext, type PlannedRun, type PlanOptions } from '../../service/plan/planner.ts';
import { hashUnit } from '../../service/plan/random.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { TableRow } from './table.ts';

/** A benchmark's runs as the sidecar would have recorded them, and the rows that they were. */
export interface Replayed {
  readonly observations: readonly Observation[];
  /** Their peaks were told. */
  readonly measured: ReadonlySet<TableRow>;
  /** Whether they run under a cap was told. */
  readonly probed: ReadonlySet<TableRow>;
}

/** What a live benchmark has beside the table. */
export interface Circumstances {
  readonly noiseMiB: number;
  readonly idleSlackMiB: number | null;
}

/**
 * Plays the host: answers each run that the planner asks for from the row that is nearest to it. `need` is seen only as
 * success or failure under a cap.
 */
export function replayBenchmark(table: readonly TableRow[], options: PlanOptions, around: Circumstances): Replayed {
  const observations: Observation[] = [];
  const measured = new Set<TableRow>();
  const probed = new Set<TableRow>();
  for (let run = 0; ; run += 1) {
    const planned = planNext(options, observations);
    if (planned === null) return { observations, measured, probed };
    if (planned.capMiB === null) {
      // In a table of few rows the planner would get the same one time and again for what it asks.
      const left = table.filter((row) => !measured.has(row) && row.settings.operation === planned.settings.operation);
      const row = nearestRow(left.length > 0 ? left : table, planned.settings);
      measured.add(row);
      observations.push(measuredRun(row, options, around, run));
    } else {
      const known = table.filter(({ needMiB }) => needMiB !== null);
      if (known.length === 0) return { observations, measured, probed };
      const row = nearestRow(known, planned.settings);
      probed.add(row);
      const capMiB = planned.capMiB * needRatio(row.settings, planned, observations, options);
      observations.push(underCap(row, options.limitMiB, capMiB, around));
    }
  }
}

/**
 * Where the row is not what was asked for, the cap is meant for other settings: by as much as they are thought to need.
 */
function needRatio(
  settings: GenerationSettings,
  planned: PlannedRun,
  observations: readonly Observation[],
  { traits, hints, limitMiB }: PlanOptions,
): number {
  const fitted = fit(observations, traits, hints);
  if (!fitted.ok) return 1;
  const [row, asked] = [settings, planned.settings].map((of) => estimate(fitted.value, of, limitMiB));
  return row?.ok === true && asked?.ok === true ? row.required.valueMiB / asked.required.valueMiB : 1;
}

function measuredRun(row: TableRow, { limitMiB, seed }: PlanOptions, around: Circumstances, run: number): Observation {
  const noise = (what: string): number => around.noiseMiB * gaussian(seed, `${what} ${run}`);
  const phases = row.phases?.map((told) => ({
    ...told,
    activePeakMiB: told.activePeakMiB + noise(`active in ${told.phase}`),
    reservedPeakMiB: told.reservedPeakMiB + noise(`reserved in ${told.phase}`),
  }));
  return {
    settings: row.settings,
    capMiB: null,
    outcome: 'ok',
    activePeakMiB: row.activeMiB + noise('active'),
    reservedPeakMiB: row.reservedMiB + noise('reserved'),
    phases: phases ?? null,
    allocRetries: row.allocRetries,
    idleSlackMiB: around.idleSlackMiB,
    heldMiB: null,
    roomMiB: limitMiB,
  };
}

function underCap(row: TableRow, roomMiB: number | null, capMiB: number, around: Circumstances): Observation {
  const outcome = (row.capNeedMiB ?? row.needMiB ?? Infinity) <= capMiB ? 'ok' : 'oom';
  return {
    settings: row.settings,
    capMiB,
    outcome,
    activePeakMiB: null,
    reservedPeakMiB: null,
    phases: null,
    allocRetries: null,
    idleSlackMiB: around.idleSlackMiB,
    heldMiB: null,
    roomMiB,
  };
}

/** Box and Muller's transform of two hashed numbers. */
function gaussian(seed: number, text: string): number {
  const radius = Math.sqrt(-2 * Math.log(1 - hashUnit(seed, `${text} r`)));
  return radius * Math.cos(2 * Math.PI * hashUnit(seed, `${text} a`));
}

function nearestRow(table: readonly TableRow[], wanted: GenerationSettings): TableRow {
  let nearest: TableRow | null = null;
  let least = Infinity;
  for (const row of table) {
    if (row.settings.operation !== wanted.operation) continue;
    const distance = distanceOf(row.settings, wanted);
    if (distance < least) {
      least = distance;
      nearest = row;
    }
  }
  if (nearest === null) throw new Error(`the table has no ${wanted.operation}`);
  return nearest;
}

/** Areas and batch sizes count by their ratios; the shape decides between equals. */
function distanceOf(a: GenerationSettings, b: GenerationSettings): number {
  const ratio = (x: number, y: number): number => Math.abs(Math.log(x / y));
  const area = (settings: GenerationSettings): number => settings.width * settings.height;
  const shape = ratio(
    Math.max(a.width, a.height) / Math.min(a.width, a.height),
    Math.max(b.width, b.height) / Math.min(b.width, b.height),
  );
  return (
    2 * ratio(outputAreaMpx(a), outputAreaMpx(b)) +
    ratio(area(a), area(b)) +
    1.5 * ratio(a.batchSize, b.batchSize) +
    0.05 * shape
  );
}
