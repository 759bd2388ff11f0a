/** Which WebUI it is, and what can be asked of it: decided here for readout, tab and command line alike. */
import type { Environment, KnownTraits, Resident } from '../protocol/host.ts';
import type { Report } from '../protocol/shim.ts';
import { A1111 } from './a1111.ts';
import { CAPTURE } from './capture.ts';
import { FORGES } from './forge.ts';
import { nothing, type Abilities, type Host, type SetUp } from './host.ts';
import type { Live } from './run.ts';
import { SDNEXT } from './sdnext.ts';
import { WEBUI } from './webui.ts';

const HOSTS: readonly Host[] = [CAPTURE, SDNEXT, ...FORGES, A1111];

/** A program that is none of the others is never taken for one of them. */
const UNKNOWN: Host = {
  ...WEBUI,
  name: 'An unknown WebUI',
  marks: [],
  is: () => true,
  abilities: () => nothing('unsupported', { code: 'unknown-webui' }),
};

const MOST_CHARACTERS = 300;

/** What of the program around it the shim is to look for. */
export const PROGRAM_MARKS: readonly string[] = [...new Set(HOSTS.flatMap(({ marks }) => marks))].sort();

/**
 * Who reports, and the set-up under the name of the WebUI that it comes from.
 * @param staticMiB of the weights, null while that is not known.
 */
export function readReport(report: Report, staticMiB: number | null = null): Live {
  // What git says where there is no tag.
  const tag = report.webuiVersion === '<none>' ? null : report.webuiVersion;
  const webuiVersion = tag ?? 'unknown';
  const host = HOSTS.find(({ is }) => is({ webuiVersion, program: report.program })) ?? UNKNOWN;
  const described = host.describe(report, webuiVersion);
  const webui = `${host.name} ${webuiVersion}`.slice(0, MOST_CHARACTERS);
  const environment: Environment = {
    webui: host.name,
    webuiVersion,
    ...described,
    traits: { ...described.traits, staticMiB },
    key: { ...described.key, webui },
  };
  return { host, report, environment };
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
