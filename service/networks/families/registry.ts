/** All families of checkpoints whose networks are known, the oldest first: they are looked for in this order. */
import type { NetworkFamily } from './family.ts';
import { sd1 } from './sd1.ts';
import { sd2 } from './sd2.ts';
import { sdxl } from './sdxl.ts';

const ALL = { sd1, sd2, sdxl } satisfies Record<string, NetworkFamily>;

export type Family = keyof typeof ALL;

export const FAMILIES: Readonly<Record<Family, NetworkFamily>> = ALL;
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly Family[];
