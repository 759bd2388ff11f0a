/** Which programs use the device. Asked for seldom: it costs a process, and readings pause for it. */
import type { Clock } from '../base/clock.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import { otherMiB, type LiveLedger } from './ledger.ts';
import type { Sampler } from './sources/types.ts';

export const PROCESSES_EVERY_MS = 30_000;
/**
 * The same once what is not torch's has moved: the WebUI's own context grows with its first runs, and must not pass for
 * others'.
 */
export const PROCESSES_AGAIN_MS = 5_000;
const MOVED_MIB = 32;

export interface Programs {
  readonly list: readonly GpuProcess[] | null;
  /**
   * Asks the driver where its last answer is old, or what is not torch's has moved since. Resolves once readings come
   * again, or fail to; null where nothing was asked.
   */
  refresh(sampler: Sampler, uuid: string | null): Promise<void> | null;
  /** A reading came. */
  onReading(): void;
  /** The source fails, or another one takes its place: who waits for readings waits no longer. */
  onSilence(): void;
  /** Another source, or another WebUI: the last answer says nothing of it. */
  askAnew(): void;
  useHost(pid: number | null): void;
}

/**
 * Long, for its parts share the state that is kept here; none of them is.
 * @param onChange called when there is another answer.
 */
export function createPrograms(clock: Clock, ledger: LiveLedger, onChange: () => void): Programs {
  let list: readonly GpuProcess[] | null = null;
  let hostPid: number | null = null;
  let askedAtMs = -Infinity;
  let asked: Sampler | null = null;
  /** What was not torch's when the driver last said who uses the device. */
  let otherThenMiB: number | null = null;
  const waiting: (() => void)[] = [];

  function hasMoved(): boolean {
    const nowMiB = otherMiB(ledger.now);
    return otherThenMiB !== null && nowMiB !== null && Math.abs(nowMiB - otherThenMiB) >= MOVED_MIB;
  }

  function take(found: readonly GpuProcess[] | null, isOk: boolean): void {
    list = isOk ? found : null;
    ledger.tell({ type: 'process-used', usedMiB: found?.find(({ pid }) => pid === hostPid)?.usedMiB ?? null });
    // While it generates the answer cannot be set against torch's counters: what moved is still to be asked for.
    if (found === null) otherThenMiB = null;
    else if (!ledger.now.generating) otherThenMiB = otherMiB(ledger.now);
    onChange();
  }

  const readAgain = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };

  return {
    get list() {
      return list;
    },
    refresh: (sampler, uuid) => {
      if (clock.monotonicMs() - askedAtMs < (hasMoved() ? PROCESSES_AGAIN_MS : PROCESSES_EVERY_MS)) return null;
      askedAtMs = clock.monotonicMs();
      asked = sampler;
      const heard = sampler.readProcesses(uuid).then(
        (found) => {
          if (asked === sampler) take(found, sampler.state.health === 'ok');
        },
        () => undefined,
      );
      // A source that fails now says so, and ends the wait.
      return heard.then(() =>
        asked?.state.health === 'ok' ? new Promise((resolve) => waiting.push(resolve)) : undefined,
      );
    },
    onReading: readAgain,
    onSilence: () => {
      list = null;
      readAgain();
    },
    askAnew: () => {
      askedAtMs = -Infinity;
      otherThenMiB = null;
      asked = null;
    },
    useHost: (pid) => {
      // The last answer may be of before this process was there.
      if (pid !== hostPid) askedAtMs = -Infinity;
      hostPid = pid;
    },
  };
}
