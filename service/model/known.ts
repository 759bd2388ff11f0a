import type { GenerationSettings } from '../protocol/settings.ts';
import { isAsLarge, shareNeeded } from './geometry.ts';
import type { Known, KnownRun, Observation } from './types.ts';

/**
 * What runs have shown of the need of their settings, whatever a model makes of it: one that ran out of memory although
 * nothing but the device bounded it needs more than it could have; one that succeeded needs no more than it had.
 * A success that a failure contradicts, of settings that are no larger, is from before it (`observations.ts`), and
 * counts no more.
 */
export function knownOf(observations: readonly Observation[], staticMiB: number): Known {
  const failures = telling(
    observations.flatMap((run) => failureIn(run, staticMiB)),
    isNoMore,
  );
  const contradicted = (success: KnownRun): boolean =>
    failures.some((failure) => success.atMiB <= leastNeedMiB(success.settings, failure, staticMiB));
  const successes = observations.flatMap(successIn).filter((success) => !contradicted(success));
  return { failures, successes: telling(successes, (one, other) => isNoMore(other, one)) };
}

/**
 * What a run that ran out of memory under no cap had, weights included: all of the device that was not others', less
 * what was held beside the weights (of a run that failed before it, say). Null for other runs.
 */
export function failedAtMiB(run: Observation, staticMiB: number): number | null {
  if (run.outcome !== 'oom' || run.capMiB !== null) return null;
  const hadMiB = run.roomMiB ?? run.reservedPeakMiB;
  return hadMiB === null ? null : hadMiB - Math.max(0, (run.heldMiB ?? staticMiB) - staticMiB);
}

/**
 * More than this settings need, weights included, as far as a failure says; -Infinity where it says nothing of them.
 */
export function leastNeedMiB(settings: GenerationSettings, failure: KnownRun, staticMiB: number): number {
  const share = shareNeeded(settings, failure.settings);
  if (share === 0) return -Infinity;
  return share === 1 ? failure.atMiB : staticMiB + share * (failure.atMiB - staticMiB);
}

function failureIn(run: Observation, staticMiB: number): KnownRun[] {
  const atMiB = failedAtMiB(run, staticMiB);
  return atMiB === null ? [] : [{ settings: run.settings, atMiB }];
}

function successIn({ settings, outcome, capMiB, reservedPeakMiB }: Observation): KnownRun[] {
  const atMiB = capMiB ?? reservedPeakMiB;
  return outcome !== 'ok' || atMiB === null ? [] : [{ settings, atMiB }];
}

/** Settings that are as large, with no more. */
function isNoMore(one: KnownRun, other: KnownRun): boolean {
  return isAsLarge(one.settings, other.settings) && one.atMiB <= other.atMiB;
}

/** Those of which no other says as much. @param saysLess whether the first says nothing that the second does not. */
function telling(all: readonly KnownRun[], saysLess: (one: KnownRun, other: KnownRun) => boolean): KnownRun[] {
  const kept: KnownRun[] = [];
  // In an order that does not depend on that of the runs: of two that say the same either may stay.
  for (const one of [...all].sort(byContent)) {
    if (kept.some((other) => saysLess(one, other))) continue;
    for (let i = kept.length - 1; i >= 0; i -= 1) if (saysLess(kept[i] as KnownRun, one)) kept.splice(i, 1);
    kept.push(one);
  }
  return kept;
}

function byContent(a: KnownRun, b: KnownRun): number {
  return a.atMiB - b.atMiB || (JSON.stringify(a.settings) < JSON.stringify(b.settings) ? -1 : 1);
}
