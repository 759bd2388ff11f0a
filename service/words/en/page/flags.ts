/** What the tab says of the table of flags. */
import type { FlagsTable } from '../../../protocol/advice.ts';
import type { GenerationSettings } from '../../../protocol/settings.ts';
import { VAE_WIDTHS } from '../advice.ts';
import { counted, formatMiB, formatSettings } from '../amounts.ts';

type Row = FlagsTable['rows'][number];

/** Beside what is in force, or set. */
export const NOW_SET: string = 'now';

/**
 * Which flags make the settings fit. `now`: those in force; `nearest`: those that fit and change least; null where
 * there are none.
 */
export function flagsAnswerInWords(
  settings: Omit<GenerationSettings, 'operation'>,
  now: Row | null,
  nearest: Row | null,
): string {
  return `For ${formatSettings(settings)}: ${answerInWords(now, nearest)}.`;
}

function answerInWords(now: Row | null, nearest: Row | null): string {
  if (now?.verdict === 'fits') return 'it fits with the flags as they are now';
  if (nearest === null) return 'it fits on this card with none of these flags';
  return `it fits with ${changesInWords(now, nearest).join(' and ')}, and needs ${formatMiB(nearest.required.valueMiB)}`;
}

function changesInWords(now: Row | null, { attention, vramMode, vae }: Row): readonly string[] {
  return [
    ...(now?.attention === attention ? [] : [`${attention} attention`]),
    ...(now?.vramMode === vramMode ? [] : [vramMode === 'none' ? 'all networks on the card' : `--${vramMode}`]),
    ...(now?.vae === vae ? [] : [`the VAE in ${VAE_WIDTHS[vae]}`]),
  ];
}

export function worseInWords(rows: number, folded: boolean): string {
  return folded ? `Show ${counted(rows, 'row')} that need more than now` : 'Hide what needs more than now';
}
