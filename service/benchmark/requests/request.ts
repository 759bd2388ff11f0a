import type { Result } from '../../base/result.ts';
import { abilitiesOf } from '../../hosts/hosts.ts';
import type { Environment } from '../../protocol/host.ts';
import type { Run } from '../../recorder/run.ts';
import type { Session } from '../../store/session.ts';
import type { Store } from '../../store/store.ts';
import type { CourseOptions } from '../course.ts';
import { HOLD_MS } from '../hold.ts';
import { MOST_STARTS, type Pace } from '../pace.ts';

export interface ConductorOptions extends CourseOptions {
  readonly store: Pick<Store, 'saveSession' | 'holdSession' | 'openSession' | 'runsOfSession'>;
  readonly newSeed: () => number;
  readonly holder: string;
  /** Why the device's memory will not be known, in words; null where it is, or may be again. */
  readonly noFigures: () => string | null;
}

/** Why a request could not be followed, in words; null where it was. */
export type Refusal = string | null;

/** A benchmark that may begin. `runsBefore`: of the same session, oldest first. */
export interface Ready {
  readonly session: Session;
  readonly runsBefore: readonly Run[];
}

/** What may begin, or why not, in words. */
export type Beginning = Result<Ready, string>;

export const ELSEWHERE = `Another WebUI that shares this data folder runs a benchmark of the same set-up. Wait until it has ended, or cancel it there; one that was closed or has crashed is out of the way after ${HOLD_MS / 1000} seconds.`;

/** Why a host runs no benchmark. */
export function refusalOf({ environment }: { readonly environment: Environment }): Refusal {
  const { benchmark, message } = abilitiesOf(environment);
  return benchmark ? null : (message ?? 'This WebUI runs no benchmark.');
}

/** Why no benchmark may begin at this moment, whichever it is. */
export function notNow({ noFigures }: Pick<ConductorOptions, 'noFigures'>, pace: Pace): Refusal {
  const why = noFigures();
  if (why !== null) return `A benchmark would serve nothing here: the memory of the device is not known. ${why}`;
  const waitMs = pace.waitMs();
  if (waitMs === 0) return null;
  return `${MOST_STARTS} benchmarks were started within a minute. Try again in ${Math.ceil(waitMs / 1000)} seconds.`;
}
