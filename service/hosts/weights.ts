/** What of torch's memory are weights: what is allocated when idle, less what a failed generation left behind. */
import type { KnownTraits } from '../protocol/host.ts';
import type { ShimMessage } from '../protocol/shim.ts';

type Idle = Pick<Extract<ShimMessage, { type: 'host-memory' }>, 'torch' | 'loaded' | 'collected'>;

export interface Weights {
  readonly loaded: string;
  readonly mib: number;
}

/**
 * Conditioning caches and the like come and go, by less than one MiB each. The least that is there to stay is a
 * thread's cuBLAS workspace, of 8 MiB: it comes with the first computing after a load, and belongs to what the runs
 * stand on.
 */
const STEP_MIB = 4;

/**
 * The least that was allocated at an idle moment since the checkpoint was loaded. After an error through the API the
 * WebUI keeps the failed run's tensors until Python's garbage collector comes by, so a rise without a load says nothing
 * of weights; one that outlives a collection does. Where networks are moved on and off the card (--medvram), the last
 * one may stay after an error, whatever is collected.
 * @param before null before the first idle moment.
 */
export function weightsAfter(
  before: Weights | null,
  { torch, loaded, collected }: Idle,
  { resident = 'all' }: Pick<KnownTraits, 'resident'>,
): Weights | null {
  if (torch === null || loaded === null) return null;
  const now: Weights = { loaded, mib: torch.allocatedMiB };
  if (before?.loaded !== loaded) return now;
  const riseMiB = now.mib - before.mib;
  const stays = collected && resident === 'all';
  return riseMiB < -STEP_MIB || (stays && riseMiB > STEP_MIB) ? now : before;
}
