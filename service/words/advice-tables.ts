/** What advice says in rows, on the page and in a terminal: the headings first. */
import type { AdviceResult } from '../protocol/advice.ts';
import * as words from './index.ts';

type About<Name extends AdviceResult['about']> = Extract<AdviceResult, { about: Name }>;

/** Common shapes by batch size. */
export function sizesTable({ table: { batchSizes, rows } }: About<'largest'>): string[][] {
  const head = ['', ...batchSizes.map(words.batchHeading)];
  return [head, ...rows.map(({ shape, sizes: all }) => [shape, ...all.map(words.sizeInWords)])];
}

/** Below the table: what is not known, and why some are tight though there is enough. */
export function flagsNotes(result: About<'flags'>): string[] {
  const note = flagsNote(result);
  const unknown =
    result.unknown.length === 0 ? [] : [`${words.NOT_KNOWN_HERE}: ${words.unknownInWords(result.unknown)}.`];
  return [...(note === null ? [] : [note]), ...unknown];
}

/** Why some are tight though there is enough; null where none is. */
export function flagsNote({ rows }: Pick<About<'flags'>, 'rows'>): string | null {
  const slicing = rows.flatMap(({ attention, slicesMayNotFit }) => (slicesMayNotFit ? [attention] : []));
  return slicing.length === 0 ? null : words.slicesMayNotFitInWords([...new Set(slicing)]);
}

/** The same settings under other flags; those in force are marked. */
export function flagsTable({ cardsMiB, rows }: About<'flags'>): string[][] {
  const head = [...words.FLAGS_HEADINGS, ...cardsMiB.map(words.cardHeading)];
  return [
    head,
    ...rows.map((row) => [
      `${row.isNow ? '* ' : ''}${row.attention}`,
      row.vramMode,
      words.VAE_WIDTHS[row.vae],
      words.formatMiB(row.required.valueMiB),
      words.formatMiB(row.peak.valueMiB),
      words.VERDICT_NAMES[row.verdict],
      ...row.onCards.map((verdict) => words.VERDICT_NAMES[verdict]),
    ]),
  ];
}
