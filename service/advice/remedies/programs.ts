import { fileNameOf } from '../../base/file-name.ts';
import { programKindOf } from '../../memory/program-kinds.ts';
import type { OtherProgram } from '../plan.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

const LEAST_MIB = 64;
/** Whose windows they are: who closes these logs out. */
const isDesktop = ({ name }: OtherProgram): boolean => programKindOf(name) === 'desktop';

/** Other programs, by name, as far as the driver tells what each has. */
export const programs: RemedyKind = {
  searches: false,
  candidates: ({ programs: all }) =>
    all
      .filter((one): one is Held => one.usedMiB !== null && one.usedMiB >= LEAST_MIB && !isDesktop(one))
      .sort((a, b) => b.usedMiB - a.usedMiB)
      .map(({ pid, name, usedMiB }): Candidate => ({
        step: {
          change: { code: 'close-program', pid, name: fileNameOf(name), usedMiB: Math.round(usedMiB) },
          applied: { kind: 'action', action: 'close-program', pid },
          picture: 'same',
          restart: false,
        },
        apply: (plan) => ({ ...plan, closedMiB: plan.closedMiB + usedMiB }),
      })),
  unknown: NOTHING_UNKNOWN,
};

type Held = OtherProgram & { readonly usedMiB: number };
