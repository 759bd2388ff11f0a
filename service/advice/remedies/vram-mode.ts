import { familyOf } from '../../hosts/key-words.ts';
import { FAMILIES, FAMILY_NAMES } from '../../networks/families/registry.ts';
import { withChange } from '../plan.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

const flagOf = (name: string): string => `--${name.replaceAll('_', '-')}`;
const OWN = FAMILY_NAMES.flatMap((family) => FAMILIES[family].webui.medvram ?? []).map(flagOf);

/**
 * --medvram, for one family alone where the WebUI has that, and --lowvram: weights are on the card while they compute.
 */
export const vramMode: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) => {
    const now = key['vram_mode'] ?? 'none';
    const family = familyOf(key);
    const medvram = flagOf((family === null ? null : FAMILIES[family].webui.medvram) ?? 'medvram');
    const modes = [
      ...(now === 'none' ? [{ to: 'medvram', add: [medvram], remove: [] } as const] : []),
      ...(now === 'lowvram'
        ? []
        : [
            {
              to: 'lowvram',
              add: ['--lowvram'],
              remove: now === 'medvram' ? ['--medvram', ...OWN] : [],
            } as const,
          ]),
    ];
    return modes.map(({ to, add, remove }): Candidate => ({
      step: {
        change: { code: 'vram-mode', to },
        applied: { kind: 'flag', add, remove },
        picture: 'same',
        restart: true,
      },
      apply: (plan) => withChange(plan, { what: 'vram-mode', to }),
    }));
  },
  unknown: NOTHING_UNKNOWN,
};
