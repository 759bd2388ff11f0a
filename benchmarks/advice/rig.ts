/** Situations on recorded set-ups. */
import type { Plan, Situation } from '../../service/advice/plan.ts';
import { hintsOf } from '../../service/hosts/hints.ts';
import { traitsOf } from '../../service/hosts/hosts.ts';
import { fit } from '../../service/model/fit.ts';
import type { Fit } from '../../service/model/types.ts';
import { unmeasured } from '../../service/model/unmeasured/unmeasured.ts';
import type { SetUpNow } from '../../service/model/unmeasured/what-if.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { recordedTable, type RecordedTable } from '../accuracy/recorded.ts';
import type { TableRow } from '../accuracy/table.ts';

export const UPSCALERS = [
  { name: 'Latent', kind: 'latent' },
  { name: 'Lanczos', kind: 'image' },
] as const;
const ROOM_MIB = 24 * 1024;

export interface Recorded {
  readonly table: RecordedTable;
  readonly setUp: SetUpNow;
  /** Without any run. */
  readonly unseen: Fit;
  readonly rowOf: (settings: GenerationSettings) => TableRow | null;
}

const known = new Map<string, Recorded>();

export function recorded(name: string): Recorded {
  const before = known.get(name);
  if (before !== undefined) return before;
  const table = recordedTable(name);
  const { host } = table;
  const key = { ...host.key };
  const slack = host.idleSlackMiB === null ? {} : { slackMiB: host.idleSlackMiB };
  const setUp = { key, traits: { ...traitsOf({ traits: host.traits, key }), ...slack }, device: host.device };
  const made = unmeasured(key, setUp.traits, host.device);
  if (!made.ok) throw new Error(`${name}: ${made.reason}`);
  const rows = new Map(table.rows.map((row) => [nameOf(row.settings), row]));
  const found: Recorded = { table, setUp, unseen: made.value, rowOf: (of) => rows.get(nameOf(of)) ?? null };
  known.set(name, found);
  return found;
}

/** By what moves memory: tables name their upscalers by kind alone. */
export function nameOf({ operation, width, height, batchSize, hires }: GenerationSettings): string {
  return JSON.stringify([operation, width, height, batchSize, hires?.width ?? 0, hires?.height ?? 0]);
}

/** What all runs of a table tell, its context left out: networks and laws as they are. */
export function learnt({ table, setUp }: Recorded): Fit {
  const { contextMiB, idleSlackMiB } = table.host;
  const runs = table.rows.map((row) => ({
    settings: row.settings,
    capMiB: null,
    outcome: 'ok' as const,
    activePeakMiB: row.activeMiB - contextMiB,
    reservedPeakMiB: row.reservedMiB - contextMiB,
    phases: (row.phases ?? []).map((one) => ({
      ...one,
      activePeakMiB: one.activePeakMiB - contextMiB,
      reservedPeakMiB: one.reservedPeakMiB - contextMiB,
    })),
    allocRetries: row.allocRetries,
    idleSlackMiB,
    roomMiB: ROOM_MIB,
    heldMiB: null,
  }));
  const { key, device } = setUp;
  const made = fit(runs, setUp.traits, hintsOf(device === null ? { key } : { key, device }));
  if (!made.ok) throw new Error(`${table.name}: ${made.reason}`);
  return made.value;
}

export function situationOf(
  { setUp, table }: Recorded,
  fitInForce: Fit,
  settings: GenerationSettings,
  usableMiB: number,
): Situation {
  return {
    settings,
    fit: fitInForce,
    setUp,
    now: {
      memory: { usableMiB, otherMiB: table.host.contextMiB },
      heldMiB: null,
      driftMiB: null,
      leftMiB: 0,
      toLoad: null,
      addOns: null,
    },
    programs: [],
    upscalers: UPSCALERS,
    totalMiB: null,
    secondsOf: () => null,
  };
}

export function planOf(settings: GenerationSettings, changes: Plan['changes']): Plan {
  return { settings, times: 1, changes, closedMiB: 0, unloadedMiB: 0 };
}
