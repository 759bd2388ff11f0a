import type { Result } from '../../base/result.ts';
import { abilitiesOf } from '../../hosts/hosts.ts';
import type { Refusal } from '../../protocol/benchmark.ts';
import type { Environment } from '../../protocol/host.ts';
import type { SourceReason } from '../../protocol/source.ts';
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
  /** Why the device's memory will not be known; null where it is, or may be again. */
  readonly noFigures: () => SourceReason | null;
}

/** A benchmark that may begin. `runsBefore`: of the same session, oldest first. */
export interface Ready {
  readonly session: Session;
  readonly runsBefore: readonly Run[];
}

/** What may begin, or why not. */
export type Beginning = Result<Ready, Refusal>;

export const ELSEWHERE: Refusal = { code: 'running-elsewhere', holdMs: HOLD_MS };

/** Why a host runs no benchmark. */
export function refusalOf({ environment }: { readonly environment: Environment }): Refusal | null {
  const { why } = abilitiesOf(environment);
  return why === null ? null : { code: 'unable', why };
}

/** Why no benchmark may begin at this moment, whichever it is. */
export function notNow({ noFigures }: Pick<ConductorOptions, 'noFigures'>, pace: Pace): Refusal | null {
  const reason = noFigures();
  if (reason !== null) return { code: 'no-figures', reason };
  const waitMs = pace.waitMs();
  return waitMs === 0 ? null : { code: 'too-soon', most: MOST_STARTS, waitMs };
}
