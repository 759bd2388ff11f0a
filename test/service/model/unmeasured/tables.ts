/** Fits without any run, by what the host of a recorded table reports of itself. */
import type { RecordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimate, type EstimateMiB } from '../../../../service/estimate/estimate.ts';
import { traitsOf } from '../../../../service/hosts/hosts.ts';
import { unmeasured } from '../../../../service/model/unmeasured/unmeasured.ts';
import type { Fit, HostTraits } from '../../../../service/model/types.ts';

const ROOM_MIB = 24 * 1024;
export const CARD = { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } as const;

export function traitsOfTable({ host, staticMiB }: RecordedTable): HostTraits {
  return { ...traitsOf({ traits: host.traits, key: { ...host.key } }), staticMiB };
}

export function fitOf(table: RecordedTable, traits: Partial<HostTraits> = {}, name: string = CARD.name): Fit {
  const slack = table.host.idleSlackMiB === null ? {} : { slackMiB: table.host.idleSlackMiB };
  const made = unmeasured({ ...table.host.key }, { ...traitsOfTable(table), ...slack, ...traits }, { ...CARD, name });
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}

export function estimated(fit: Fit, settings: RecordedTable['rows'][number]['settings']): EstimateMiB {
  const found = estimate(fit, settings, ROOM_MIB);
  if (!found.ok) throw new Error(found.reason);
  return found;
}
