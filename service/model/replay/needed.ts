import type { GenerationSettings, Phase } from '../../protocol/settings.ts';
import { slicesToFit } from '../../networks/attention/scores.ts';
import { Course } from '../../allocator/course.ts';
import { leastBetween, leastFrom, steadyFrom, type Least, type Steady } from '../../allocator/least.ts';
import type { Networks } from '../../networks/networks.ts';
import { courseOf } from './courses.ts';
import { groupsOf, largestFirst, type Group } from './groups.ts';
import { cannotReserve, groupPeakMiB, reservedPeakMiB } from './peaks.ts';
import { activeMiB, replayedParts, type Stage } from './stages.ts';

/** What a generation needs above the weights, and the phase that needs it. */
export interface Need {
  /** It succeeds from here on, and not just under a sliver of limits. */
  readonly needMiB: number;
  /** The least with which it succeeds; less than the former where a little more makes it fail. */
  readonly leastMiB: number;
  readonly phase: Phase;
}

/**
 * `roomMiB`: above the weights that the device has for the process where a cap is what is looked for; null = the least
 * device.
 */
export interface Circumstances {
  /** Of a batch one picture is decoded and encoded, or all in turn: each finds what those before it left. */
  readonly pictures: 1 | 2;
  readonly roomMiB: number | null;
  /**
   * Free beside all that in the weights' segments, where nothing large fits: attention that slices takes it for room.
   * Left out = 0.
   */
  readonly looseMiB?: number;
}

/**
 * MiB above the weights with which a generation succeeds, PyTorch giving back its cache where the device refuses.
 */
export function neededMiB(networks: Networks, settings: GenerationSettings, circumstances: Circumstances): Need {
  const groups = largestFirst(groupsOf(networks, settings));
  if (!slicesToFit(networks.scores)) {
    const need = neededByAll(groups, unslicedLeast(networks, settings, circumstances), null);
    return { ...need, leastMiB: leastForAll(groups, circumstances, need) };
  }
  // What was enough for one need not be so with the more that another needs: it makes fewer slices then.
  const least = settled((from) => neededByAll(groups, slicedLeast(circumstances), from), null);
  const steady =
    circumstances.roomMiB === null
      ? settled((from) => neededByAll(groups, slicedSteady(circumstances), from), least)
      : least;
  return { ...steady, leastMiB: least.needMiB };
}

/** `leastMiB`: what is enough for the group that needs the most; the others may need more than that. */
type Needed = Pick<Need, 'needMiB' | 'phase'> & { readonly leastMiB: number };

/** The most that any of the groups needs, and what was found before. */
function neededByAll(groups: readonly Group[], leastOf: LeastOf, from: Needed | null): Needed {
  let need = from;
  for (const group of groups) {
    const least = leastOf(group, need?.needMiB ?? 0);
    if (least === null) continue;
    const phase = least.phase ?? largestOf(group).phase;
    need = { needMiB: least.needMiB, leastMiB: least.leastMiB ?? least.needMiB, phase };
  }
  if (need === null) throw new Error('a generation needs memory');
  return need;
}

/** Where less is enough for the group that needs the most: the least of that with which the others run too. */
function leastForAll(
  groups: readonly Group[],
  circumstances: Circumstances,
  { needMiB, leastMiB, phase }: Needed,
): number {
  if (leastMiB === needMiB) return needMiB;
  const leastOf = slicedLeast({ ...circumstances, roomMiB: null });
  const found = settled((from) => neededByAll(groups, leastOf, from), { needMiB: leastMiB, leastMiB, phase });
  return Math.min(needMiB, found.needMiB);
}

/** Again and again until it grows no more. */
function settled(grown: (from: Needed | null) => Needed, from: Needed | null): Needed {
  let last = from;
  for (;;) {
    const need = grown(last);
    if (need.needMiB === last?.needMiB || need.needMiB === Infinity) return need;
    last = need;
  }
}

/**
 * What stages need that keep the cache between them; null where it is no more than what others need. One try mostly
 * tells.
 */
type LeastOf = (group: Group, othersMiB: number) => (Least & Partial<Steady>) | null;

function unslicedLeast(networks: Networks, settings: GenerationSettings, { pictures }: Circumstances): LeastOf {
  // With what is reserved where there is memory to spare all goes as it goes there, whatever a second step is replayed
  // to find in its way.
  const enoughMiB = reservedPeakMiB(networks, settings, null);
  return (group, othersMiB) => {
    if (othersMiB > 0 && cannotReserve(othersMiB, group.mostMiB)) return null;
    const onceMiB = groupPeakMiB(group);
    // What has no score matrices in its way does the same once more in what it reserved the first time.
    if (networks.scores === 'fused' && onceMiB <= othersMiB) return null;
    const course = courseOf(group, pictures);
    if (othersMiB > 0 && course.under(othersMiB, true).failed === null) return null;
    return leastBetween(course, Math.max(group.leastMiB, othersMiB), onceMiB, enoughMiB);
  };
}

/** Steps upwards to the first limit that is enough: a need is mostly less than so many times what is active. */
const FIRST_STEP = 1.3;
/**
 * More slices are made the less room there is, and then less is needed, so that what is enough need not be all from a
 * limit on. The least is meant.
 */
const SLICED_STEP = 1.03;

function slicedLeast({ pictures, roomMiB, looseMiB }: Circumstances): LeastOf {
  return (group, othersMiB) => {
    const course =
      roomMiB === null
        ? courseOf(group, pictures, looseMiB)
        : new Course(() => replayedParts(group.networks, group.stages, pictures), roomMiB);
    if (othersMiB > 0 && course.under(othersMiB, true).failed === null) return null;
    return leastFrom(course, Math.max(group.leastMiB, othersMiB), roomMiB === null ? SLICED_STEP : FIRST_STEP);
  };
}

function slicedSteady({ pictures, looseMiB }: Circumstances): LeastOf {
  return (group, othersMiB) => {
    const steady = steadyFrom(courseOf(group, pictures, looseMiB), othersMiB);
    return steady.needMiB > othersMiB ? steady : null;
  };
}

function largestOf({ networks, stages }: Group): Stage {
  return stages.reduce((most, stage) => (activeMiB(networks, stage) > activeMiB(networks, most) ? stage : most));
}

/** Whether a generation runs on a device that has so much for it, above the weights and what is loose between them. */
export function runsOn(
  networks: Networks,
  settings: GenerationSettings,
  roomMiB: number,
  { pictures, looseMiB }: Pick<Circumstances, 'pictures' | 'looseMiB'>,
): boolean {
  return groupsOf(networks, settings).every(
    (group) => courseOf(group, pictures, looseMiB).under(roomMiB, true).failed === null,
  );
}
