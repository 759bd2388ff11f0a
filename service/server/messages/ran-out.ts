/** What is told of a person's generation that ran out: the error's own words, with what is known of the run. */
import { inTurns } from '../../base/steps.ts';
import { explain } from '../../explain/explain.ts';
import { traitsOf } from '../../hosts/hosts.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import { advised } from '../advised.ts';
import { calibrationNow, type Parts } from '../parts.ts';
import type { FailedRun, ToldRanOut } from '../ran-out.ts';
import { situationNow } from './advice.ts';
import { toldExplanation } from './explain.ts';
import { holdersNow } from './holders.ts';

/** More would be a list to read. */
const MOST_REMEDIES = 3;

/** @param result the estimate of its settings. */
export function ranOut(
  text: string,
  { settings, phases, baseline }: FailedRun,
  parts: Parts,
  result: EstimateResult,
): ToldRanOut | null {
  const { host } = parts.link;
  if (host === null) return null;
  const networks = calibrationNow(parts)?.fit?.replay?.networks ?? null;
  const { staticMiB } = traitsOf(host.environment);
  const last = phases.at(-1)?.phase ?? null;
  const idleMiB = baseline.torch?.allocatedMiB ?? null;
  const found = explain(text, {
    generation: networks === null ? null : { networks, settings, staticMiB },
    memory: { weightsMiB: staticMiB, idleMiB, beyondMiB: beyond(result) },
    // Before its work on pictures weights are moved and prompts encoded: which of them, no mark tells.
    phase: last === 'start' ? null : last,
  });
  if (!found.ok) return null;
  return {
    code: 'ran-out',
    explanation: toldExplanation(found.value),
    settings,
    held: holdersNow(parts),
    remedies: [],
  };
}

/** @param pause lets others have their turn. */
export async function remediesFor(
  settings: ToldRanOut['settings'],
  parts: Parts,
  pause: () => Promise<void>,
): Promise<ToldRanOut['remedies']> {
  const situation = situationNow(settings, parts);
  if (situation === null) return [];
  const result = await inTurns(advised('remedies', situation), pause);
  return result.about === 'remedies' ? result.remedies.slice(0, MOST_REMEDIES) : [];
}

/** By the lower end: what may fit is not said to be too large. */
function beyond(result: EstimateResult): number | null {
  if (result.status !== 'estimated') return null;
  const { required, usableMiB } = result;
  return required.lowMiB > usableMiB ? required.lowMiB - usableMiB : null;
}
