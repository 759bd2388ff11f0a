/** What came of decodes that ran out of memory, for programs and for people. */
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { describe, outputSize } from './draw.ts';
import { judged, type Goal, type JudgedGoal } from './goals.ts';
import type { Pictures } from './webui-api.ts';

/** Of a picture's parameters, up to what was done. */
const NOTE = /Headroom rescue: ("[^"]*"|[^,]*)/;
const GOAL = 0.95;

/**
 * `rescued`: every picture is there, whole, and says so. `silent`: a picture is there and does not. `lost`: none, or
 * not all of their size. `later`: the decode was rescued, and memory ran out in what came after it (hires fix's second
 * pass), which nobody can rescue. Of those that fit without: `untouched`, or `changed` where a picture speaks of a
 * rescue.
 */
type Outcome = 'rescued' | 'silent' | 'lost' | 'later' | 'untouched' | 'changed';

/** Where memory ran out, by the WebUI's own traceback; null where pictures came. */
export type FailedIn = 'decode' | 'elsewhere' | null;

interface Drawn {
  settings: GenerationSettings;
  deviceMiB: number;
  /** The decode ran out of memory without Rescue. */
  ranOut: boolean;
}

export interface RescueCase extends Drawn {
  outcome: Outcome;
  /** As the first picture says it; empty where it says nothing. */
  how: string;
}

export interface RescueResult {
  cases: readonly RescueCase[];
  goals: readonly JudgedGoal[];
}

/** What a generation with Rescue on came to. */
export function rescueOf(drawn: Drawn, pictures: Pictures | null, failedIn: FailedIn): RescueCase {
  const how = NOTE.exec(pictures?.parameters[0] ?? '')?.[1] ?? '';
  return { ...drawn, outcome: failedIn === 'elsewhere' ? 'later' : outcomeOf(drawn, pictures), how };
}

function outcomeOf({ settings, ranOut }: Drawn, pictures: Pictures | null): Outcome {
  const { width, height } = outputSize(settings);
  const isWhole =
    pictures?.sizes.length === settings.batchSize &&
    pictures.sizes.every((size) => size.width === width && size.height === height);
  if (pictures === null || !isWhole) return 'lost';
  const noted = pictures.parameters.filter((text) => NOTE.test(text)).length;
  if (!ranOut) return noted === 0 ? 'untouched' : 'changed';
  return noted === settings.batchSize ? 'rescued' : 'silent';
}

export function rescueResult(cases: readonly RescueCase[], asked: number): RescueResult {
  const ranOut = cases.filter((one) => one.ranOut && one.outcome !== 'later');
  const count = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  const goals: Goal[] = [
    { what: 'decodes that ran out of memory', seen: ranOut.length, goal: asked, side: 'least', unit: 'count' },
    {
      what: 'of these rescued',
      seen: ranOut.length === 0 ? null : count('rescued') / ranOut.length,
      goal: GOAL,
      side: 'least',
      unit: 'share',
    },
    { what: 'silent changes', seen: count('silent') + count('changed'), goal: 0, side: 'most', unit: 'count' },
  ];
  return { cases, goals: judged(goals) };
}

/** A line for each that was not rescued, and how the others were. */
export function rescueTable({ cases, goals }: RescueResult): string {
  const ways = new Map<string, number>();
  for (const { outcome, how } of cases) if (outcome === 'rescued') ways.set(how, (ways.get(how) ?? 0) + 1);
  const bad = cases.filter(({ outcome }) => outcome !== 'rescued' && outcome !== 'untouched');
  return [
    ...[...ways].sort((a, b) => b[1] - a[1]).map(([how, count]) => `${String(count).padStart(4)} ${how}`),
    ...bad.map(
      ({ settings, deviceMiB, outcome }) => `${outcome}: ${describe(settings)} on ${Math.round(deviceMiB)} MiB`,
    ),
    `${cases.filter(({ outcome }) => outcome === 'untouched').length} that fit, made with Rescue on, say nothing of it`,
    '',
    ...goals.map((goal) => `${goal.holds ? 'ok' : 'MISSED'}  ${goal.what}: ${goal.seen ?? '-'} (goal ${goal.goal})`),
  ].join('\n');
}
