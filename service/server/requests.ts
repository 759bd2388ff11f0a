import type { Calibrator } from '../calibration/calibrator.ts';
import type { Conductor } from '../benchmark/conductor.ts';
import type { Refusal } from '../benchmark/requests/request.ts';
import type { Planner } from '../benchmark/course.ts';
import { allOf, lastKnownIn, type Histories } from '../calibration/history.ts';
import { NOTHING_IMPORTED } from '../calibration/imported.ts';
import { gapMsOf, guessTime, predictMs, timedFit, typicalWorkMpx } from '../calibration/time.ts';
import { abilitiesOf, traitsOf } from '../hosts/hosts.ts';
import type { HostTraits } from '../protocol/host.ts';
import type { Abilities, BenchmarkOptions, ToViewerMessage, ViewerMessage } from '../protocol/viewer.ts';
import { figuresOf, type LiveLedger, type MemoryFigures } from '../memory/ledger.ts';
import type { Forgotten, KnownEnvironment, Store } from '../store/store.ts';
import { ONLY_THE_WEBUI_RESTARTS, refusalInWords } from '../words/en/benchmark.ts';
import { curvesOf } from './curves.ts';
import type { HostState } from './host-link.ts';
import { memoryOrLastKnown } from './known-memory.ts';
import { MOST_ROWS, rowsOf } from './rows.ts';
import type { ViewerPeer } from './viewer.ts';

export interface RequestsOptions {
  readonly store: Store;
  readonly histories: Histories;
  readonly planner: Planner;
  readonly calibrator: Calibrator;
  readonly conductor: () => Conductor;
  readonly ledger: LiveLedger;
  readonly host: () => HostState | null;
  readonly log: (text: string) => void;
  readonly onForgotten: () => void;
}

const UNKNOWN_TRAITS: HostTraits = {
  attention: 'unknown',
  condUncondBatched: null,
  decodesBatch: null,
  staticMiB: null,
};

const NONE: ReadonlySet<string> = new Set();

type Request = Exclude<ViewerMessage, { type: 'hello' | 'estimate' }>;
type Answer<T extends ToViewerMessage['type']> = Extract<ToViewerMessage, { type: T }>;

/** Follows or answers what pages ask for, estimates aside. */
export function createRequests(options: RequestsOptions): (request: Request, peer: ViewerPeer) => void {
  const { store, histories, planner, calibrator, conductor, ledger, host } = options;

  /**
   * By kind, the last answer and what it was made of: after each run all pages ask the same, and the table takes as
   * long as there are runs.
   */
  const made = new Map<string, { readonly of: string; readonly answer: unknown }>();

  function remembered<T>(kind: string, parts: readonly unknown[], make: () => T): T {
    const of = JSON.stringify([histories.revision, calibrator.revision, ...parts]);
    const last = made.get(kind);
    if (last?.of === of) return last.answer as T;
    const answer = make();
    made.set(kind, { of, answer });
    return answer;
  }

  /** The set-up that the WebUI has; null without a WebUI, and while it has no checkpoint. */
  function inForce(): Pick<KnownEnvironment, 'keyHash' | 'environment'> | null {
    const now = host();
    return now === null || now.keyHash === null ? null : { keyHash: now.keyHash, environment: now.environment };
  }

  function planOf(chosen: BenchmarkOptions): Pick<Answer<'benchmark-plan'>, 'runs' | 'minutes'> {
    const now = host();
    const traits = now === null ? UNKNOWN_TRAITS : traitsOf(now.environment);
    const runs = planner.planSize({ ...chosen, limitMiB: null, seed: 0, traits });
    const keyed = inForce();
    const timedRuns = keyed === null ? [] : histories.of(keyed.keyHash).runs;
    const time = timedFit(timedRuns, guessTime(now?.environment.device.backend ?? null));
    if (time === null) return { runs, minutes: null };
    // One more than planned: the warm-up.
    return {
      runs,
      minutes: Math.max(
        1,
        Math.round(((runs + 1) * (predictMs(time, typicalWorkMpx(chosen)) + gapMsOf(timedRuns))) / 60_000),
      ),
    };
  }

  function curves({ operation, requestId }: Extract<Request, { type: 'curves' }>): Answer<'curves'> {
    const shown = inForce() ?? (host() === null ? store.environments(1)[0] : null) ?? null;
    const history = shown === null ? null : histories.of(shown.keyHash);
    const roomMiB = roomOf(
      memoryOrLastKnown(figuresOf(ledger.now), lastKnownIn(history), shown?.environment.device ?? null),
    );
    const answer = remembered(`curves ${operation}`, [shown?.keyHash, shown?.environment.traits, roomMiB], () => {
      const runs = history === null ? [] : allOf(history);
      const calibration = shown === null ? null : calibrator.of(shown.keyHash, shown.environment);
      return curvesOf(operation, calibration?.fit ?? null, runs, calibration?.imported.contradicted ?? NONE, roomMiB);
    });
    return { requestId, ...answer };
  }

  function refusalOf(keyHash: string): Abilities['reason'] {
    const environment = store.environment(keyHash);
    return environment === null ? null : abilitiesOf(environment).reason;
  }

  function runsOf({ requestId }: Extract<Request, { type: 'runs' }>): Answer<'runs'> {
    const now = inForce();
    const answer = remembered('runs', [now?.keyHash, host() === null], () => {
      if (now === null && host() !== null) return { rows: [], total: 0 };
      if (now === null) {
        const { runs, stored } = store.newestRuns(MOST_ROWS);
        return { rows: rowsOf(runs, NOTHING_IMPORTED, refusalOf), total: stored };
      }
      const history = histories.of(now.keyHash);
      const { imported } = calibrator.of(now.keyHash, now.environment);
      const total = history.stored + history.importedStored;
      return { rows: rowsOf(allOf(history), imported, () => abilitiesOf(now.environment).reason), total };
    });
    return { type: 'runs', requestId, ...answer };
  }

  function forget(keyHash: string, which: Forgotten): Refusal | null {
    // A benchmark stands on none that was imported.
    const refusal = which === 'imported' ? null : conductor().keepsRunsOf(keyHash);
    if (refusal !== null) return refusal;
    // Not of what: that is the page's word.
    options.log(`forgot ${store.forget(keyHash, which)} runs`);
    options.onForgotten();
    return null;
  }

  return (request, peer) => {
    const refuse = (refusal: Refusal | null): void => {
      if (refusal !== null) peer.send({ type: 'error', reason: 'not-now', message: refusalInWords(refusal) });
    };
    switch (request.type) {
      case 'benchmark-plan':
        return peer.send({ type: 'benchmark-plan', requestId: request.requestId, ...planOf(request.options) });
      case 'benchmark-start':
        return refuse(conductor().start(request.options));
      case 'benchmark-resume':
        return refuse(conductor().resume());
      case 'benchmark-discard':
        return refuse(conductor().discard());
      case 'benchmark-cancel':
        return refuse(conductor().cancel());
      case 'curves':
        return peer.send(curves(request));
      case 'runs':
        return peer.send(runsOf(request));
      case 'forget-runs':
        return refuse(forget(request.keyHash, request.which));
      case 'restart-sidecar':
        return peer.send({ type: 'error', reason: 'not-now', message: ONLY_THE_WEBUI_RESTARTS });
    }
  };
}

/** What the WebUI can have now; null where it is not known what that is, or what others use. */
function roomOf({ usableMiB, otherMiB }: Pick<MemoryFigures, 'usableMiB' | 'otherMiB'>): number | null {
  return usableMiB === null || otherMiB === null ? null : Math.max(0, Math.round(usableMiB - otherMiB));
}
