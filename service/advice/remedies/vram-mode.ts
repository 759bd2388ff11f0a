import { familyOf } from '../../hosts/key-words.ts';
import { withChange } from '../plan.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

/** --medvram, for SDXL alone where that is in use, and --lowvram: weights are on the card while they compute. */
export const vramMode: RemedyKind = {
  searches: false,
  candidates: ({ setUp: { key } }) => {
    const now = key['vram_mode'] ?? 'none';
    const medvram = familyOf(key) === 'sdxl' ? '--medvram-sdxl' : '--medvram';
    const modes = [
      ...(now === 'none' ? [{ to: 'medvram', add: [medvram], remove: [] } as const] : []),
      ...(now === 'lowvram'
        ? []
        : [
            {
              to: 'lowvram',
              add: ['--lowvram'],
              remove: now === 'medvram' ? ['--medvram', '--medvram-sdxl'] : [],
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
