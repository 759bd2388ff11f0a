/** What the tab says of the table of flags. */
import type { FlagsTable } from '../../../protocol/advice.ts';
import type { GenerationSettings } from '../../../protocol/settings.ts';
import { VAE_WIDTHS } from '../advice.ts';
import { counted, formatMiB, formatSettings } from '../amounts.ts';

type Row = FlagsTable['rows'][number];

/** Beside what is in force, or set. */
export const NOW_SET: string = 'jetzt';

/**
 * Which flags make the settings fit. `now`: those in force; `nearest`: those that fit and change least; null where
 * there are none.
 */
export function flagsAnswerInWords(
  settings: Omit<GenerationSettings, 'operation'>,
  now: Row | null,
  nearest: Row | null,
): string {
  return `Für ${formatSettings(settings)}: ${answerInWords(now, nearest)}.`;
}

function answerInWords(now: Row | null, nearest: Row | null): string {
  if (now?.verdict === 'fits') return 'Mit den jetzigen Startoptionen passt es';
  if (nearest === null) return 'Mit keiner dieser Startoptionen passt es auf diese Karte';
  return `Es passt mit ${changesInWords(now, nearest).join(' und ')} und braucht ${formatMiB(nearest.required.valueMiB)}`;
}

function changesInWords(now: Row | null, { attention, vramMode, vae }: Row): readonly string[] {
  return [
    ...(now?.attention === attention ? [] : [`Attention ${attention}`]),
    ...(now?.vramMode === vramMode ? [] : [vramMode === 'none' ? 'allen Netzen auf der Karte' : `--${vramMode}`]),
    ...(now?.vae === vae ? [] : [`VAE in ${VAE_WIDTHS[vae]}`]),
  ];
}

export function worseInWords(rows: number, folded: boolean): string {
  return folded ? `${counted(rows, 'Zeile', 'Zeilen')} zeigen, die mehr brauchen als jetzt` : 'Wieder ausblenden';
}
