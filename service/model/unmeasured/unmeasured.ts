/** Estimates of a set-up that nothing was run on: the replay of all networks and laws that it may have. */
import type { Result } from '../../base/result.ts';
import { cardOf, type Card } from '../../hosts/card.ts';
import { toldBy, type NotTold, type ToldNetworks } from '../../hosts/told.ts';
import type { Environment, HostDevice } from '../../protocol/host.ts';
import { NO_FACTORS, NO_PLANES } from '../no-planes.ts';
import { lostMiB } from '../static.ts';
import type { Fit, HostTraits, Replay, Spread } from '../types.ts';
import { candidatesOf } from './candidates.ts';
import { idleMiB, idleSlackMiB, weightsMiB } from './weights.ts';

/** `other-weights`: there are fewer of them than the family's networks have, so that it is another network. */
export type WhyNot = NotTold | 'other-weights';

/** Checkpoints are stored whole; small things that are not loaded count as much. */
const LEAST_WEIGHTS_SHARE = 0.96;

/**
 * Shares of the total. Of 14 set-ups of the real PyTorch's allocator whose law stands among the candidates, none of 280
 * needs lay further above the highest of them.
 */
const SPREAD: Spread = {
  peakLow: 0.02,
  peakHigh: 0.03,
  peakJagged: 0,
  requiredLow: 0.015,
  requiredHigh: 0.015,
};
/** What the WebUI keeps beside the weights, where nobody has told of either. */
const UNTOLD_WEIGHTS = { low: 0.02, high: 0.06 };

/**
 * A fit without runs: of the networks that the key names, with the weights that the host tells. `slackMiB` of the
 * traits, where they have it, is what torch counts at idle, the cache emptied.
 * @param key of the calibration (hosts/key.ts).
 * @param device what the card is called decides between laws; null = not known.
 */
export function unmeasured(
  key: Environment['key'],
  traits: HostTraits,
  device: Pick<HostDevice, 'backend' | 'name'> | null = null,
): Result<Fit, WhyNot> {
  const told = toldBy(key, device?.backend ?? 'cuda');
  if (!told.ok) return told;
  const fit = fitOfNetworks(told.value, traits, device === null ? null : cardOf(device));
  return fit === null ? { ok: false, reason: 'other-weights' } : { ok: true, value: fit };
}

/** The same of networks that were told; null where the weights are not theirs. */
export function fitOfNetworks(told: ToldNetworks, traits: HostTraits, card: Card | null): Fit | null {
  const { resident = 'all', staticMiB } = traits;
  if (resident === 'all' && staticMiB !== null && staticMiB < LEAST_WEIGHTS_SHARE * weightsMiB(told)) return null;
  const slackMiB = traits.slackMiB ?? idleSlackMiB(told, resident);
  const [usual, ...others] = candidatesOf(told, traits, card).map((networks): Replay => ({
    networks,
    scale: 1,
    offsetMiB: lostMiB(networks, slackMiB),
  }));
  if (usual === undefined) throw new Error('a set-up that is told has networks');
  return {
    version: 1,
    traits,
    staticMiB: staticMiB ?? idleMiB(told, resident),
    slackMiB,
    active: NO_PLANES,
    reserved: NO_PLANES,
    replay: { ...usual, tellsNeed: true, strayBelow: 0, strayAbove: 0, rivals: others },
    factors: NO_FACTORS,
    spread: staticMiB === null ? opened(SPREAD) : SPREAD,
    known: { failures: [], successes: [] },
    process: null,
    domain: { maxAreaPx: 0, maxBatchSize: 0, maxWorkPx: 0 },
    runs: { measured: 0, capped: 0, censored: 0, outliers: 0 },
  };
}

function opened({ peakLow, peakHigh, peakJagged, requiredLow, requiredHigh }: Spread): Spread {
  const { low, high } = UNTOLD_WEIGHTS;
  return {
    peakLow: peakLow + low,
    peakHigh: peakHigh + high,
    peakJagged,
    requiredLow: requiredLow + low,
    requiredHigh: requiredHigh + high,
  };
}
