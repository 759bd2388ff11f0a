import type { KnownTraits } from '../protocol/host.ts';
import type { TorchNow } from '../protocol/run.ts';
import type { Run } from '../recorder/run.ts';

/** Conditioning caches and the like are not worth a word. */
const LEAST_MIB = 64;

/**
 * MiB that torch holds at an idle moment beyond the weights: after an error through the API the WebUI keeps the failed
 * generation's tensors until Python's garbage collector comes by. 0 where it is not known, and where networks are moved
 * on and off the card, for the last one may stay there.
 */
export function leftBehindMiB(torch: TorchNow | null, { staticMiB, resident = 'all' }: KnownTraits): number {
  if (torch === null || staticMiB === null || resident !== 'all') return 0;
  const leftMiB = torch.allocatedMiB - staticMiB;
  return leftMiB < LEAST_MIB ? 0 : leftMiB;
}

/**
 * MiB that torch holds at an idle moment where networks are moved on and off the card and one was left there: the next
 * generation finds it. Null where it is not known, and where there is none.
 */
export function foundMiB(torch: TorchNow | null, { staticMiB, resident = 'all' }: KnownTraits): number | null {
  if (torch === null || staticMiB === null || resident !== 'network') return null;
  return torch.allocatedMiB - staticMiB < LEAST_MIB ? null : torch.allocatedMiB;
}

/** Runs that say what their settings take, and not what was in their way beside the weights. */
export function withoutLeftBehind(runs: readonly Run[], traits: KnownTraits): readonly Run[] {
  // One that ran out of memory says by itself what it had (`failedAtMiB`).
  const told = runs.filter(({ outcome, baseline }) => outcome === 'oom' || leftBehindMiB(baseline.torch, traits) === 0);
  return told.length === runs.length ? runs : told;
}
