import type { OtherProgram } from '../plan.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

const LEAST_MIB = 64;
/** The desktop itself: who closes these logs out. */
const DESKTOP =
  /^(xorg|xwayland|gnome-shell|kwin(_\w+)?|plasmashell|mutter|sway|weston|cinnamon|dwm|explorer|csrss|winlogon|shellexperiencehost|searchhost|startmenuexperiencehost|textinputhost)(\.exe)?$/i;

/** Other programs, by name, as far as the driver tells what each has. */
export const programs: RemedyKind = {
  searches: false,
  candidates: ({ programs: all }) =>
    all
      .filter((one): one is Held => one.usedMiB !== null && one.usedMiB >= LEAST_MIB && !DESKTOP.test(fileOf(one.name)))
      .sort((a, b) => b.usedMiB - a.usedMiB)
      .map(({ pid, name, usedMiB }): Candidate => ({
        step: {
          change: { code: 'close-program', pid, name: fileOf(name), usedMiB: Math.round(usedMiB) },
          applied: { kind: 'action', action: 'close-program', pid },
          picture: 'same',
          restart: false,
        },
        apply: (plan) => ({ ...plan, closedMiB: plan.closedMiB + usedMiB }),
      })),
  unknown: NOTHING_UNKNOWN,
};

type Held = OtherProgram & { readonly usedMiB: number };

function fileOf(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}
