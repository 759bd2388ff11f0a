import type { Clock } from '../base/clock.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import type { TreeReader } from '../memory/sources/process/tree.ts';
import type { Sampler } from '../memory/sources/types.ts';
import type { DeviceOnCourse } from './device.ts';
import type { Lack, Line } from './format.ts';
import { shareAfter } from './share.ts';

/** The driver is asked who uses the devices that often while nothing moves, and once it has moved. */
const ASK_EACH_MS = 5_000;
const ASK_AGAIN_MS = 1_000;
const MOVED_MIB = 32;

interface AskingParts {
  readonly clock: Clock;
  readonly sampler: Sampler;
  readonly tree: TreeReader;
  readonly write: (line: Line) => void;
}

/** What was used as the driver was asked, when it had answered, and which processes are the program's. */
interface Asked {
  readonly beforeMiB: number | null;
  readonly pids: ReadonlySet<number>;
  readonly afterMs: number;
}

export interface Asking {
  /** Before the sample of this reading is taken. */
  onReading(): void;
  /** After it. */
  askWhereDue(): void;
  lacks(): Lack[];
}

/**
 * The driver's lists of programs, asked for where they may have changed.
 * Long, for its parts share the state that is kept here; none of them is.
 */
export function createAsking(
  { clock, sampler, tree, write }: AskingParts,
  devices: readonly DeviceOnCourse[],
  knownPids: () => ReadonlySet<number>,
  startedMs: number,
): Asking {
  // As soon as something moves: a program may be over within a second.
  let askedAtMs = startedMs - ASK_AGAIN_MS;
  let answered: (() => void) | null = null;
  let isAsking = false;
  const seen = { moved: false, list: false, listed: false, figures: false };

  function take(one: DeviceOnCourse, at: number, list: readonly GpuProcess[], asked: Asked): void {
    const { own, programMiB, others } = partOf(list, asked.pids);
    seen.list = true;
    seen.listed ||= own.length > 0;
    seen.figures ||= programMiB !== null;
    write({ type: 'programs', afterMs: asked.afterMs, device: at, programMiB, others });
    one.share = shareAfter(one.share, programMiB, asked.beforeMiB, one.usedMiB);
  }

  async function ask(): Promise<void> {
    isAsking = true;
    askedAtMs = clock.monotonicMs();
    for (const one of devices) one.askedAtMiB = one.usedMiB;
    const before = devices.map(({ usedMiB }) => usedMiB);
    const known = knownPids();
    const lists = await Promise.all(devices.map(({ device }) => sampler.readProcesses(device.uuid)));
    const afterMs = Math.round(clock.monotonicMs() - startedMs);
    // What it says is set against readings from both sides of it.
    if (lists.some((list) => list !== null)) await new Promise<void>((resolve) => (answered = resolve));
    const pids = await pidsWith(new Set([...known, ...knownPids()]), lists, tree);
    for (const [at, one] of devices.entries()) {
      const list = lists[at] ?? null;
      if (list !== null) take(one, at, list, { beforeMiB: before[at] ?? null, pids, afterMs });
    }
    isAsking = false;
  }

  return {
    onReading: () => {
      answered?.();
      answered = null;
    },
    askWhereDue: () => {
      const moved = devices.some(
        ({ usedMiB, askedAtMiB }) => usedMiB !== null && Math.abs(usedMiB - (askedAtMiB ?? 0)) >= MOVED_MIB,
      );
      seen.moved ||= moved;
      if (isAsking || devices.length === 0) return;
      if (clock.monotonicMs() - askedAtMs >= (moved ? ASK_AGAIN_MS : ASK_EACH_MS)) void ask();
    },
    lacks: (): Lack[] => {
      // Of what used nothing there is nothing to tell.
      if (!seen.moved || seen.figures) return [];
      const why = !seen.list ? 'no-list' : seen.listed ? 'no-figures' : 'not-listed';
      return [{ figure: 'program-on-device', why }];
    },
  };
}

/** A child may be in the driver's list before it was seen among the processes: they are looked through again. */
async function pidsWith(
  known: ReadonlySet<number>,
  lists: readonly (readonly GpuProcess[] | null)[],
  tree: TreeReader,
): Promise<ReadonlySet<number>> {
  const isWhole = lists.every((list) => list === null || list.every(({ pid }) => known.has(pid)));
  return isWhole ? known : new Set([...known, ...((await tree.read(true))?.pids ?? [])]);
}

/** As a recording may hold them. */
const MOST = { others: 64, nameCharacters: 300 };

/**
 * Its processes in the driver's list, and the others; the sum of its own is null where there are none, or one of them
 * has no figure.
 */
function partOf(list: readonly GpuProcess[], pids: ReadonlySet<number>) {
  const own = list.filter(({ pid }) => pids.has(pid));
  const figures = own.flatMap(({ usedMiB }) => usedMiB ?? []);
  const isWhole = own.length > 0 && figures.length === own.length;
  const others = list
    .filter(({ pid }) => !pids.has(pid))
    .slice(0, MOST.others)
    .map(({ name, usedMiB }) => ({ name: name.slice(0, MOST.nameCharacters), usedMiB }));
  return { own, others, programMiB: isWhole ? figures.reduce((sum, usedMiB) => sum + usedMiB, 0) : null };
}
