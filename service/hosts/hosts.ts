/** Which WebUI it is, and what can be asked of it: decided here for readout, tab and command line alike. */
import type { Environment, HostReport, KnownTraits, Resident } from '../protocol/host.ts';
import type { Abilities } from '../protocol/viewer.ts';
import { A1111 } from './a1111.ts';
import { CAPTURE } from './capture.ts';
import { FORGES } from './forge.ts';
import { nothing, type Host, type SetUp } from './host.ts';
import { SDNEXT } from './sdnext.ts';

const HOSTS: readonly Host[] = [CAPTURE, SDNEXT, ...FORGES, A1111];

const WHY_UNKNOWN =
  "This WebUI is neither AUTOMATIC1111's nor a fork that Headroom knows, so what it does with memory is not known. " +
  'No benchmark, no estimate; live memory is shown.';

/** A program that is none of the others is never taken for one of them. */
const UNKNOWN: Host = {
  name: 'An unknown WebUI',
  is: () => true,
  abilities: () => nothing('unsupported', WHY_UNKNOWN),
};

const MOST_CHARACTERS = 300;

/** What was reported, under the name of the WebUI that it came from. */
export function environmentOf({ webui: called, program, ...report }: HostReport): Environment {
  const { webuiVersion } = report;
  const host = HOSTS.find(({ is, name }) => (program === undefined ? name === called : is({ webuiVersion, program })));
  const { name } = host ?? UNKNOWN;
  const webui = `${name} ${webuiVersion}`.slice(0, MOST_CHARACTERS);
  return { webui: name, ...report, key: { ...report.key, webui } };
}

/** Of a live set-up, or of one that an earlier version stored. */
export function abilitiesOf(setUp: SetUp): Abilities {
  return (HOSTS.find(({ name }) => name === setUp.webui) ?? UNKNOWN).abilities(setUp);
}

/** By --medvram (or --medvram-sdxl) and --lowvram, as the key of a set-up names them. */
const RESIDENT: ReadonlyMap<string | undefined, Resident> = new Map([
  ['medvram', 'network'],
  ['lowvram', 'blocks'],
]);

/** What the estimator must know of a set-up, a stored one as well. */
export function traitsOf({ traits, key }: Pick<SetUp, 'traits' | 'key'>): KnownTraits {
  return { ...traits, resident: RESIDENT.get(key['vram_mode']) ?? 'all' };
}
