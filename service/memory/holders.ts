/** Who holds the device's memory, from the ledger's figures and the driver's list. Pure. */
import {
  allWeightsMiB,
  type Holder,
  type Holders,
  type OtherCheckpoints,
  type WebuiParts,
  type WeightsByNetwork,
} from '../protocol/holders.ts';
import type { TorchNow } from '../protocol/run.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import type { MemoryFigures } from './ledger.ts';
import { programKindOf } from './program-kinds.ts';

export interface HeldBy {
  readonly figures: Pick<MemoryFigures, 'usedMiB' | 'usableMiB' | 'webuiMiB'>;
  readonly torch: TorchNow | null;
  readonly contextMiB: number | null;
  /** The WebUI's process; null without one. */
  readonly pid: number | null;
  /** null where the driver does not list any. */
  readonly processes: readonly GpuProcess[] | null;
  /** null where the networks are not known, or come and go. */
  readonly weights: WeightsByNetwork | null;
  readonly otherCheckpoints: OtherCheckpoints | null;
  readonly leftBehindMiB: number;
}

export function holdersOf(now: HeldBy): Holders {
  const { figures, processes, pid } = now;
  const programs = (processes ?? [])
    .map((one) => holderOf(one, pid))
    .sort((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0));
  const told = programs.filter(({ usedMiB }) => usedMiB !== null);
  const others = programs.filter(({ kind }) => kind !== 'webui');
  const othersMiB = others.reduce((sum, { usedMiB }) => sum + (usedMiB ?? 0), 0);
  const { usedMiB, usableMiB, webuiMiB } = figures;
  return {
    by: told.length > 0 ? 'driver' : 'difference',
    usedMiB,
    usableMiB,
    webui: now.torch === null ? null : partsOf(now, now.torch),
    programs,
    untoldMiB: usedMiB === null ? null : Math.max(0, usedMiB - (webuiMiB ?? 0) - othersMiB),
  };
}

/** Of a driver's list alone, where no WebUI tells more. */
export function holderOf({ pid, name, usedMiB, use }: GpuProcess, webuiPid: number | null): Holder {
  return { pid, name, kind: pid === webuiPid ? 'webui' : programKindOf(name), use: use ?? null, usedMiB };
}

function partsOf({ weights, otherCheckpoints, leftBehindMiB, contextMiB }: HeldBy, torch: TorchNow): WebuiParts {
  const weightsMiB = weights === null ? 0 : allWeightsMiB(weights);
  const onCardMiB = otherCheckpoints?.where === 'card' ? (otherCheckpoints.usedMiB ?? 0) : 0;
  return {
    weights,
    otherCheckpoints,
    leftBehindMiB,
    restMiB: Math.max(0, torch.allocatedMiB - weightsMiB - onCardMiB - leftBehindMiB),
    cacheMiB: Math.max(0, torch.reservedMiB - torch.allocatedMiB),
    contextMiB,
  };
}
