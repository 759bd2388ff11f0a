import type { Ending } from '../../protocol/benchmark.ts';
import type { Run } from '../../recorder/run.ts';
import type { Session } from '../../store/session.ts';
import { heldForMs } from '../hold.ts';
import { doneOf } from '../progress.ts';
import { refusalOf, type ConductorOptions } from './request.ts';

type StoppedOptions = Pick<ConductorOptions, 'clock' | 'store' | 'host' | 'holder'>;

interface LeftOpen {
  readonly session: Session;
  readonly runs: readonly Run[];
}

/** The benchmark that stopped half-way under the key in force. One without a run has nothing to go on from. */
export function stoppedOf(options: StoppedOptions): LeftOpen | null {
  const left = leftOpenOf(options);
  return left === null || doneOf(left.runs).length === 0 ? null : left;
}

/** Whoever ends a benchmark lets go of it: one that is held, and by nobody who is there, was cut off. */
export function cutOffOf(options: StoppedOptions): Extract<Ending, { code: 'cut-off' }> | null {
  const left = leftOpenOf(options);
  if (left === null || left.session.heldBy === null) return null;
  return { code: 'cut-off', kept: doneOf(left.runs).length > 0 };
}

function leftOpenOf({ clock, store, host, holder }: StoppedOptions): LeftOpen | null {
  const now = host();
  if (now === null || now.keyHash === null || refusalOf(now) !== null) return null;
  const session = store.openSession(now.keyHash);
  if (session === null || heldForMs(session, holder, clock.nowMs()) > 0) return null;
  return { session, runs: store.runsOfSession(session.sessionId) };
}

/** How much longer another WebUI holds the benchmark of a key, in ms; 0 where none does. */
export function heldElsewhereMs({ clock, store, holder }: StoppedOptions, keyHash: string | null): number {
  const session = keyHash === null ? null : store.openSession(keyHash);
  return session === null ? 0 : heldForMs(session, holder, clock.nowMs());
}
