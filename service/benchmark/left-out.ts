import type { PlannedRun } from '../plan/types.ts';
import type { LeftOut } from '../protocol/benchmark.ts';
import type { RunProblem } from '../protocol/host.ts';
import type { Operation } from '../protocol/settings.ts';

/** `proven`: a run has ended with a result, so the WebUI can generate. */
export interface Trouble {
  readonly failuresInRow: number;
  readonly proven: boolean;
  readonly leftOut: readonly LeftOut[];
}

export const MOST_FAILURES = 3;
export const NO_TROUBLE: Trouble = { failuresInRow: 0, proven: false, leftOut: [] };

export function afterResult(trouble: Trouble): Trouble {
  return { ...trouble, failuresInRow: 0, proven: true };
}

/** @returns null where there is nothing to go on with: the WebUI cannot generate at all. */
export function afterFailure(
  trouble: Trouble,
  planned: PlannedRun,
  operations: readonly Operation[],
  problem: RunProblem,
): Trouble | null {
  const failuresInRow = trouble.failuresInRow + 1;
  if (failuresInRow < MOST_FAILURES) return { ...trouble, failuresInRow };
  // Nothing has succeeded, and a third thing fails in the same words: it is none of them. Two may be those of hires
  // fix.
  const isTheWebui = !trouble.proven && trouble.leftOut.filter((one) => isSame(one.problem, problem)).length >= 2;
  return isTheWebui ? null : afterRefusal(trouble, planned, operations, problem);
}

/** What the WebUI says that it cannot do is not tried again. @returns null where nothing is left to go on with. */
export function afterRefusal(
  trouble: Trouble,
  { settings, capMiB }: PlannedRun,
  operations: readonly Operation[],
  problem: RunProblem,
): Trouble | null {
  // A run under a cap had runs without one before it, so it is the cap that is in the way; else it is the operation.
  const what: LeftOut['what'] = capMiB === null ? settings.operation : 'caps';
  const leftOut = [...trouble.leftOut, { what, problem }];
  return operationsLeft(operations, leftOut).length === 0
    ? null
    : { failuresInRow: 0, proven: trouble.proven, leftOut };
}

export function operationsLeft(operations: readonly Operation[], leftOut: readonly LeftOut[]): Operation[] {
  return operations.filter((operation) => !leftOut.some(({ what }) => what === operation));
}

function isSame(one: RunProblem, other: RunProblem): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
