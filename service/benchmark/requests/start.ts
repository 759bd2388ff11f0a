import type { BenchmarkOptions, Refusal } from '../../protocol/benchmark.ts';
import type { Session } from '../../store/session.ts';
import type { Pace } from '../pace.ts';
import { planOf } from '../progress.ts';
import { ELSEWHERE, notNow, refusalOf, type Beginning, type ConductorOptions } from './request.ts';
import { heldElsewhereMs } from './stopped.ts';

/** A new benchmark, stored already. */
export function toStart(chosen: BenchmarkOptions, options: ConductorOptions, pace: Pace): Beginning {
  const now = options.host();
  if (now === null) return refuse({ code: 'no-webui' });
  const { environment, keyHash } = now;
  const unable = refusalOf(now);
  if (unable !== null) return refuse(unable);
  if (keyHash === null) return refuse({ code: 'no-checkpoint' });
  if (heldElsewhereMs(options, keyHash) > 0) return refuse(ELSEWHERE);
  const refusal = notNow(options, pace);
  if (refusal !== null) return refuse(refusal);
  const uncounted: Session = {
    sessionId: options.newId(),
    keyHash,
    startedAtMs: options.clock.nowMs(),
    options: chosen,
    seed: options.newSeed(),
    runsPlanned: 0,
    state: 'open',
    heldBy: null,
  };
  const runsPlanned = options.planner.planSize(planOf(uncounted, environment, options.limitMiB()));
  const session = { ...uncounted, runsPlanned };
  options.store.saveSession(session);
  return { ok: true, value: { session, runsBefore: [] } };
}

function refuse(reason: Refusal): Beginning {
  return { ok: false, reason };
}
