import { Memo } from '../../base/memo.ts';
import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import type { Outcome } from '../../allocator/outcomes.ts';
import { nameOf, type Networks } from '../../networks/networks.ts';
import { courseOf } from './courses.ts';
import { groupsOf, largestFirst, type Group } from './groups.ts';
import { settingsName } from './settings-name.ts';
import { activeMiB, stagesOf } from './stages.ts';

/**
 * Reserved bytes are never this many times the active ones: stages that need far less than another are not replayed.
 */
const MOST_RESERVED_OVER_ACTIVE = 2.5;
/** Where sizes are tiny, whole segments rule. */
const TINY_MIB = 100;

/**
 * What a generation takes above the weights, on a device that has `roomMiB` for it: attention that slices its work to
 * fit reckons with that.
 */
export interface Peaks {
  readonly activeMiB: number;
  readonly reservedMiB: number;
  /** Most slices that work was cut into; 1 = none was. */
  readonly slices: number;
  /** Work was to be sliced and could not be. */
  readonly wasUnsliceable: boolean;
}

/**
 * Active MiB above the weights of these phases of a generation, or of all: sums of tensors, no rounding. Of slices,
 * blocks as they were given out.
 */
export function activePeakMiB(
  networks: Networks,
  settings: GenerationSettings,
  phases: ReadonlySet<Phase> | null,
  roomMiB = Infinity,
): number {
  if (slicesToFit(networks.scores)) return slicedPeaks(networks, settings, phases, roomMiB).activeMiB;
  let peakMiB = 0;
  for (const stage of stagesOf(settings, networks).flat()) {
    if (phases === null || phases.has(stage.phase)) peakMiB = Math.max(peakMiB, activeMiB(networks, stage));
  }
  return peakMiB;
}

/** The last 4000 or more that were asked for, some 200 bytes each. What else their replays showed is held less long. */
const MOST_REMEMBERED = 8_000;
const remembered = new Memo<number>(MOST_REMEMBERED);

/** Reserved MiB above the weights at the peak of these phases, or of all, as PyTorch's allocator would have it. */
export function reservedPeakMiB(
  networks: Networks,
  settings: GenerationSettings,
  phases: ReadonlySet<Phase> | null,
  roomMiB = Infinity,
): number {
  if (slicesToFit(networks.scores)) return slicedPeaks(networks, settings, phases, roomMiB).reservedMiB;
  if (phases !== null) return reservedByGroups(networks, settings, phases);
  const name = `${nameOf(networks)} ${settingsName(settings)}`;
  return remembered.get(name) ?? remembered.set(name, reservedByGroups(networks, settings, null));
}

function reservedByGroups(networks: Networks, settings: GenerationSettings, phases: ReadonlySet<Phase> | null): number {
  const groups = groupsOf(networks, settings);
  const told =
    phases === null ? groups : groups.filter(({ stages }) => stages.some((stage) => phases.has(stage.phase)));
  let peakMiB = 0;
  for (const group of largestFirst(told)) {
    if (peakMiB > 0 && cannotReserve(peakMiB, group.mostMiB)) continue;
    for (const { phase, reservedMiB } of groupPeaks(group, Infinity).peaks) {
      if (phases === null || phases.has(phase)) peakMiB = Math.max(peakMiB, reservedMiB);
    }
  }
  return peakMiB;
}

/**
 * The same on a device that has only so much room, where PyTorch gives back its cache on the way and does without
 * workspaces; null where it does not run there.
 */
export function reservedWithinMiB(
  networks: Networks,
  settings: GenerationSettings,
  roomMiB: number,
  looseMiB: number,
): number | null {
  let mostMiB = 0;
  for (const group of groupsOf(networks, settings)) {
    const { failed, peakMiB } = courseOf(group, 2, looseMiB).under(roomMiB, true);
    if (failed !== null) return null;
    mostMiB = Math.max(mostMiB, peakMiB);
  }
  return mostMiB;
}

/** Reserved MiB above the weights at the peak of stages that keep the cache between them. */
export function groupPeakMiB(group: Group): number {
  return groupPeaks(group, Infinity).peaks.reduce((mostMiB, { reservedMiB }) => Math.max(mostMiB, reservedMiB), 0);
}

/** Whether stages that have so much active at the most reserve less than this, without a replay. */
export function cannotReserve(reservedMiB: number, mostActiveMiB: number): boolean {
  return mostActiveMiB * MOST_RESERVED_OVER_ACTIVE + TINY_MIB < reservedMiB;
}

/** A reading is off by a few MiB; others' memory moves by up to 64 without a run being called disturbed. */
const ROOM_ERRORS_MIB = [0, -16, 16, -64, 64];

/** Rooms that may be meant where one is known: where attention slices to fit, each may have another peak. */
export function roomsNear(networks: Networks, roomMiB: number): readonly number[] {
  return slicesToFit(networks.scores) && Number.isFinite(roomMiB)
    ? ROOM_ERRORS_MIB.map((errorMiB) => roomMiB + errorMiB)
    : [roomMiB];
}

/** Every stage is replayed, for how it slices depends on what is live. */
export function slicedPeaks(
  networks: Networks,
  settings: GenerationSettings,
  phases: ReadonlySet<Phase> | null,
  roomMiB: number,
): Peaks {
  const peaks = { activeMiB: 0, reservedMiB: 0, slices: 1, wasUnsliceable: false };
  for (const group of groupsOf(networks, settings)) {
    const outcome = groupPeaks(group, roomMiB);
    for (const { phase, activeMiB: partMiB, reservedMiB } of outcome.peaks) {
      if (phases !== null && !phases.has(phase)) continue;
      peaks.activeMiB = Math.max(peaks.activeMiB, partMiB);
      peaks.reservedMiB = Math.max(peaks.reservedMiB, reservedMiB);
    }
    peaks.slices = Math.max(peaks.slices, outcome.slices);
    peaks.wasUnsliceable ||= outcome.wasUnsliceable;
  }
  return peaks;
}

/** Of stages that keep the cache between them; also past one that runs out of memory. */
function groupPeaks(group: Group, roomMiB: number): Outcome {
  return courseOf(group, 2).throughoutUnder(roomMiB);
}
