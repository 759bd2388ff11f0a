import type { MemoryFigures } from '../../../service/memory/ledger.ts';

/** A card of 8 GiB with a WebUI at rest. */
export const FIGURES: MemoryFigures = {
  usedMiB: 3260,
  totalMiB: 8192,
  usableMiB: 8192,
  webuiMiB: 2540,
  othersMiB: 720,
  otherMiB: 720,
  loaded: 'all',
};
