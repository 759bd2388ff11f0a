import { withUnetThere, type Networks } from '../../networks/networks.ts';
import type { Fit } from '../types.ts';
import { denoisingWeightsMiB } from './stages.ts';

/** So much of the denoising network's weights is enough to know it by: what is held at idle is not told to the MiB. */
const KNOWN_BY = 0.95;

/**
 * A fit as a generation finds the card. Where networks are moved, one that failed while sampling leaves the denoising
 * network there. An img2img that comes next encodes in the segments that it took, which need not lie as they should.
 * What the autoencoder leaves changes nothing: the text encoder and the denoising network come after it anyway.
 * @param heldMiB by the process now; null = not known, as after a generation that did not fail.
 */
export function asFound(fit: Fit, heldMiB: number | null): Fit {
  const { replay, staticMiB } = fit;
  if (heldMiB === null || replay === null || replay.networks.resident !== 'network') return fit;
  const found = (networks: Networks): Networks =>
    heldMiB - staticMiB >= KNOWN_BY * denoisingWeightsMiB(networks) ? withUnetThere(networks) : networks;
  const networks = found(replay.networks);
  if (networks === replay.networks) return fit;
  const rivals = replay.rivals.map((rival) => ({ ...rival, networks: found(rival.networks) }));
  // What ran without it in the way says nothing of what is enough now.
  return { ...fit, replay: { ...replay, networks, rivals }, known: { ...fit.known, successes: [] } };
}
