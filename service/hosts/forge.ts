/** Forge and its kin: each decides anew what stays on the card, by what is free. */
import { nothing, type Host, type Signs } from './host.ts';
import { BY_WHAT_IS_FREE } from './webui.ts';

function kin(name: string, is: Host['is']): Host {
  return {
    ...BY_WHAT_IS_FREE,
    name,
    marks: ['modules_forge', 'ldm_patched', 'backend'],
    is: (signs) => signs.program.includes('modules_forge') && is(signs),
    abilities: () => nothing('webui-adapts', { code: 'moves-networks', name }),
  };
}

/** reForge kept the library that Forge had before 2.0; Forge itself counted from f0.0 then. */
function isReForge({ webuiVersion, program }: Signs): boolean {
  return program.includes('ldm_patched') && !program.includes('backend') && !webuiVersion.startsWith('f0.');
}

/** Two say their name in place of a version; Forge is what is left. */
export const FORGES: readonly Host[] = [
  kin('Forge Classic', ({ webuiVersion }) => /classic/i.test(webuiVersion)),
  kin('Forge Neo', ({ webuiVersion }) => /neo/i.test(webuiVersion)),
  kin('reForge', isReForge),
  kin('Forge', () => true),
];
