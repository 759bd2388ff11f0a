import { memoisedLast } from '../../base/memo.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import type { Networks } from '../../networks/networks.ts';
import { leastActiveMiB, mostActiveMiB, replayName, stagesOf, type Stage } from './stages.ts';

/** Stages that keep PyTorch's cache between them, and what is asked of them several times with each estimate. */
export class Group {
  readonly networks: Networks;
  readonly stages: readonly Stage[];
  /** Pictures of a batch are decoded or encoded, which are replayed one after the other. */
  readonly #hasBatch: boolean;
  #mostMiB: number | null = null;
  #leastMiB: number | null = null;
  #name: string | null = null;

  constructor(networks: Networks, stages: readonly Stage[]) {
    this.networks = networks;
    this.stages = stages;
    this.#hasBatch = stages.some(({ network, batch }) => network !== 'sampling' && batch > 1);
  }

  /** Most that is active, with room for workspaces. */
  get mostMiB(): number {
    this.#mostMiB ??= mostActiveMiB(this.networks, this.stages);
    return this.#mostMiB;
  }

  /** Most that is active without what is done without where there is no room. */
  get leastMiB(): number {
    this.#leastMiB ??= leastActiveMiB(this.networks, this.stages);
    return this.#leastMiB;
  }

  /** Differs between groups whose replays differ. @param pictures without repeats it does not matter. */
  nameFor(pictures: 1 | 2): string {
    this.#name ??= replayName(this.networks, this.stages);
    return pictures === 2 && this.#hasBatch ? `${this.#name} 2` : this.#name;
  }
}

/** All that an estimate asks is of the same settings. */
const groupsByNetworks = memoisedLast((_settings: GenerationSettings) => new Map<Networks, readonly Group[]>());

/** In the order in which the WebUI runs them. */
export function groupsOf(networks: Networks, settings: GenerationSettings): readonly Group[] {
  const known = groupsByNetworks(settings);
  let groups = known.get(networks);
  if (groups === undefined) {
    groups = stagesOf(settings, networks).map((stages) => new Group(networks, stages));
    known.set(networks, groups);
  }
  return groups;
}

/** By what is active at the most. */
export function largestFirst(groups: readonly Group[]): readonly Group[] {
  return groups.length === 1 ? groups : [...groups].sort((a, b) => b.mostMiB - a.mostMiB);
}
