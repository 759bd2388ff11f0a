import type { Run } from '../../recorder/run.ts';
import type { Session } from '../../store/session.ts';
import { heldForMs } from '../hold.ts';
import { doneOf } from '../progress.ts';
import { refusalOf, type ConductorOptions } from './request.ts';

type StoppedOptions = Pick<ConductorOptions, 'clock' | 'store' | 'host' | 'holder'>;

/** The benchmark that stopped half-way under the key in force. One without a run has nothing to go on from. */
export function stoppedOf({
  clock,
  store,
  host,
  holder,
}: StoppedOptions): { readonly session: Session; readonly runs: readonly Run[] } | null {
  const now = host();
  if (now === null || now.keyHash === null || refusalOf(now) !== null) return null;
  const session = store.openSession(now.keyHash);
  if (session === null || heldForMs(session, holder, clock.nowMs()) > 0) return null;
  const runs = store.runsOfSession(session.sessionId);
  return doneOf(runs).length === 0 ? null : { session, runs };
}

/** How much longer another WebUI holds the benchmark of a key, in ms; 0 where none does. */
export function heldElsewhereMs({ clock, store, holder }: StoppedOptions, keyHash: string | null): number {
  const session = keyHash === null ? null : store.openSession(keyHash);
  return session === null ? 0 : heldForMs(session, holder, clock.nowMs());
}
