import type { Pace } from '../pace.ts';
import { ELSEWHERE, notNow, refusalOf, type Beginning, type ConductorOptions } from './request.ts';
import { heldElsewhereMs, stoppedOf } from './stopped.ts';

/** The benchmark that stopped half-way. */
export function toResume(options: ConductorOptions, pace: Pace): Beginning {
  const now = options.host();
  const unable = now === null ? null : refusalOf(now);
  if (unable !== null) return { ok: false, reason: unable };
  if (now !== null && heldElsewhereMs(options, now.keyHash) > 0) return { ok: false, reason: ELSEWHERE };
  const found = stoppedOf(options);
  if (found === null) return { ok: false, reason: { code: 'nothing-to-resume' } };
  const refusal = notNow(options, pace);
  if (refusal !== null) return { ok: false, reason: refusal };
  return { ok: true, value: { session: found.session, runsBefore: found.runs } };
}
