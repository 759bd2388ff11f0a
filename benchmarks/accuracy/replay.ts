import { outputAreaMpx } from '../../service/model/geometry.ts';
import type { HostTraits, Observation } from '../../service/model/types.ts';
import { planNext, type PlanOptions } from '../../service/plan/planner.ts';
import { hashUnit } from '../../service/plan/random.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { TableRow } from './table.ts';

/** A benchmark's runs as the sidecar would have recorded them, and the rows that they were. */
export interface Replayed {
  readonly observations: readonly Observation[];
  readonly rows: ReadonlySet<TableRow>;
}

/**
 * Plays the host: answers each run that the planner asks for from the table. `need` is seen only as success or failure
 * under a cap.
 */
export function replayBenchmark(table: readonly TableRow[], options: PlanOptions, noiseMiB: number): Replayed {
  const observations: Observation[] = [];
  const rows = new Set<TableRow>();
  for (let run = 0; ; run += 1) {
    const planned = planNext(options, observations);
    if (planned === null) return { observations, rows };
    const row = nearestRow(table, planned.settings);
    rows.add(row);
    observations.push(
      planned.capMiB === null
        ? measured(row, options.limitMiB, noiseMiB, options.seed, run)
        : underCap(row, options.limitMiB, planned.capMiB),
    );
  }
}

function measured(row: TableRow, roomMiB: number | null, noiseMiB: number, seed: number, run: number): Observation {
  const noise = (what: string): number => noiseMiB * gaussian(seed, `${what} ${run}`);
  return {
    settings: row.settings,
    capMiB: null,
    outcome: 'ok',
    activePeakMiB: row.activeMiB + noise('active'),
    reservedPeakMiB: row.reservedMiB + noise('reserved'),
    phases: null,
    allocRetries: 0,
    idleSlackMiB: null,
    heldMiB: null,
    roomMiB,
  };
}

function underCap(row: TableRow, roomMiB: number | null, capMiB: number): Observation {
  const outcome = (row.capNeedMiB ?? row.needMiB) <= capMiB ? 'ok' : 'oom';
  return {
    settings: row.settings,
    capMiB,
    outcome,
    activePeakMiB: null,
    reservedPeakMiB: null,
    phases: null,
    allocRetries: null,
    idleSlackMiB: null,
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

/** What a live host would report: nothing of the table but its weights and its attention. */
export function traitsOf(staticMiB: number, attention: HostTraits['attention']): HostTraits {
  return { attention, condUncondBatched: null, staticMiB, decodesBatch: null };
}
