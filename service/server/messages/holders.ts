/** Who holds the device's memory, and how RAM stands. */
import { allocConfIn } from '../../hosts/key.ts';
import { toldBy, type ToldNetworks } from '../../hosts/told.ts';
import { traitsOf } from '../../hosts/hosts.ts';
import { figuresOf } from '../../memory/ledger.ts';
import { holdersOf } from '../../memory/holders.ts';
import type { ReadMachineRam } from '../../memory/ram/machine.ts';
import type { ReadProcessInRam } from '../../memory/ram/process.ts';
import { ramReport } from '../../memory/ram/report.ts';
import { otherCheckpointsMiB, weightsByNetwork } from '../../model/unmeasured/weights.ts';
import { allWeightsMiB, type Holders, type OtherCheckpoints, type WeightsByNetwork } from '../../protocol/holders.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';
import type { HostState } from '../host-link.ts';
import type { Parts } from '../parts.ts';

export interface RamReaders {
  readonly process: ReadProcessInRam;
  readonly machine: ReadMachineRam;
}

type Told = Extract<ToViewerMessage, { type: 'holders' }>;

export async function holders(
  { requestId }: Extract<ViewerMessage, { type: 'holders' }>,
  parts: Parts,
  read: RamReaders,
): Promise<Told> {
  const { host } = parts.link;
  const key = host?.environment.key ?? {};
  const [machine, process] = await Promise.all([read.machine(), host === null ? null : read.process(host.pid)]);
  const weights = weightsOf(host);
  const ram = ramReport({
    machine,
    process,
    allocConf: allocConfIn(key),
    checkpointsInRam: host?.kept?.inRam ?? 0,
    weightsMiB: weights === null ? null : allWeightsMiB(weights),
  });
  return { type: 'holders', requestId, holders: holdersNow(parts), ram };
}

/** The device's part alone, of what is known already. */
export function holdersNow({ ledger, link, memory, leftBehind }: Parts): Holders {
  const { host } = link;
  return holdersOf({
    figures: figuresOf(ledger.now),
    torch: ledger.now.torch,
    contextMiB: ledger.now.contextMiB,
    pid: host?.pid ?? null,
    processes: memory.processes,
    weights: weightsOf(host),
    otherCheckpoints: host === null ? null : otherCheckpointsOf(host, networksOf(host)),
    leftBehindMiB: leftBehind.leftMiB,
  });
}

function weightsOf(host: HostState | null): WeightsByNetwork | null {
  const networks = host === null ? null : networksOf(host);
  return networks === null ? null : weightsByNetwork(networks);
}

/** null where the networks are not known, and where they come and go (--medvram). */
function networksOf({ environment }: HostState): ToldNetworks | null {
  const told = toldBy(environment.key, environment.device.backend);
  return told.ok && traitsOf(environment).resident === 'all' ? told.value : null;
}

/** In RAM nobody counts them. */
function otherCheckpointsOf({ kept, environment }: HostState, networks: ToldNetworks | null): OtherCheckpoints | null {
  if (kept === null) return null;
  if (kept.onCard === 0) return { count: kept.inRam, where: 'ram', usedMiB: kept.inRam === 0 ? 0 : null };
  const { staticMiB } = environment.traits;
  const usedMiB = networks === null || staticMiB === null ? null : otherCheckpointsMiB(networks, staticMiB);
  return { count: kept.onCard, where: 'card', usedMiB };
}
