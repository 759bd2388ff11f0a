import type { Clock } from '../base/clock.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';

/** Longer than the slowest moment of a sidecar that works; a crashed one's benchmark is offered again after it. */
export const HOLD_MS = 15_000;
export const RENEW_MS = 5_000;

/**
 * Several WebUIs may share one data folder: whoever runs a benchmark holds its session, and renews that while it runs.
 */
export interface Hold {
  /** Renews from now on; `onLost` is called once where another has the session, or it is gone. */
  keep(onLost: () => void): void;
  release(): void;
}

/** How much longer another than `holder` holds the session, in ms; 0 where none does. */
export function heldForMs({ heldBy }: Session, holder: string, nowMs: number): number {
  return heldBy === null || heldBy.holder === holder ? 0 : Math.min(HOLD_MS, Math.max(0, heldBy.untilMs - nowMs));
}

/**
 * Null where another was quicker. `session` as it was read just now, and held by none but `holder` or one whose time is
 * up.
 */
export function takeHold(
  session: Session,
  holder: string,
  store: Pick<Store, 'holdSession'>,
  clock: Clock,
): Hold | null {
  const { sessionId } = session;
  let timer: { clear(): void } | null = null;
  const hold = (from: string | null): boolean =>
    store.holdSession(sessionId, from, { holder, untilMs: clock.nowMs() + HOLD_MS });

  function keep(onLost: () => void): void {
    timer = clock.setTimeout(() => {
      if (hold(holder)) keep(onLost);
      else onLost();
    }, RENEW_MS);
  }

  if (!hold(session.heldBy?.holder ?? null)) return null;
  return {
    keep,
    release: () => {
      timer?.clear();
      store.holdSession(sessionId, holder, null);
    },
  };
}
