/** What is told of two that are compared. */
import type { Cause } from '../../compare/causes.ts';
import type { Comparison } from '../../compare/compare.ts';
import type { Row, RowName } from '../../compare/rows.ts';
import type { Side } from '../../compare/side.ts';
import { inWholeMiB } from './amounts.ts';

const ROWS: Readonly<Record<RowName, string>> = {
  device: 'Gerät, Höchststand',
  weights: 'Gewichte (in Ruhe)',
  activations: 'Aktivierungen',
  tensors: 'Tensoren (aktiv)',
  cache: 'Cache von PyTorch',
  context: 'Kontext',
  others: 'andere Programme',
  outside: 'Kontext und andere',
  program: 'Programm auf Gerät',
  ram: 'eigenes RAM',
};

export function comparisonInWords({ a, b, rows, causes, notExplained }: Comparison): string[] {
  return [
    `A  ${sideInWords(a)}`,
    `B  ${sideInWords(b)}`,
    '',
    `${'MiB'.padEnd(20)}${['A', 'B', 'A minus B'].map((title) => title.padStart(11)).join('')}`,
    ...rows.map(rowInWords),
    '',
    ...causes.map(causeInWords),
    ...notExplained.map(
      ({ row, differenceMiB }) =>
        `Nicht erklärt: ${inWholeMiB(Math.abs(differenceMiB))} mehr in ${differenceMiB > 0 ? 'A' : 'B'} ` +
        `(${ROWS[row]}).`,
    ),
    ...(causes.length + notExplained.length === 0 ? [nothingInWords(rows)] : []),
  ];
}

function nothingInWords(rows: Comparison['rows']): string {
  return rows.some(({ differenceMiB }) => differenceMiB !== null)
    ? 'Nichts unterscheidet sich um 16 MiB oder mehr.'
    : 'Nichts ist vergleichbar: In keiner Zeile sind beide Zahlen bekannt.';
}

function sideInWords({ kind, name, what }: Side): string {
  return `${kind === 'run' ? 'Lauf der WebUI' : 'Aufnahme'} ${name} (${what})`;
}

function rowInWords({ row, aMiB, bMiB, differenceMiB }: Row): string {
  const signed = differenceMiB === null ? '?' : `${differenceMiB > 0 ? '+' : ''}${Math.round(differenceMiB)}`;
  return `${ROWS[row].padEnd(20)}${figure(aMiB)}${figure(bMiB)}${signed.padStart(11)}`;
}

function causeInWords(cause: Cause): string {
  const more = cause.more.toUpperCase();
  const share = cause.differenceMiB === null ? '' : `${inWholeMiB(Math.abs(cause.differenceMiB))}: `;
  return `${more} braucht mehr (${ROWS[cause.row]}): ${share}${whyInWords(cause)}`;
}

function whyInWords(cause: Cause): string {
  switch (cause.code) {
    case 'settings':
      return 'Die Einstellungen der beiden sind nicht dieselben.';
    case 'live-preview-full':
      return (
        'Die Live-Vorschau steht auf "Full"; sie dekodiert während des Samplings Bilder. "Approx NN" oder "TAESD" ' +
        'braucht wenig.'
      );
    case 'checkpoints-kept':
      return (
        `Es darf ${cause.most} Checkpoints im Speicher behalten ("Maximum number of checkpoints loaded at the same ` +
        'time").'
      );
    case 'extras':
      return `Daran war mehr beteiligt: ${cause.extras.join(', ')}.`;
    case 'weights-precision':
      return differs('Genauigkeit der Gewichte', cause.values);
    case 'vae-precision':
      return differs('Genauigkeit des VAE', cause.values);
    case 'attention':
      return differs('Optimierung der Attention', cause.values);
    case 'vram-mode':
      return differs('Art, wie Netze auf die Karte kommen und sie verlassen', cause.values);
    case 'allocator':
      return differs('Einstellungen des Allocators von PyTorch', cause.values);
    case 'torch':
      return differs('Version von torch', cause.values);
    case 'cond-uncond-batched':
      return 'Es berechnet Prompt und Negative Prompt in einem Batch, das andere nacheinander.';
    case 'cache-kept':
      return (
        'Speicher, den es freigegeben und den PyTorch behalten hat; torch.cuda.empty_cache() gibt ihn an andere ' +
        'Programme zurück.'
      );
    case 'cache-given-back':
      return (
        'Das andere war so nah an der Grenze seiner Karte, dass PyTorch seinen Cache zurückgab, ' +
        `${cause.times === 1 ? 'einmal' : `${cause.times}-mal`}.`
      );
    case 'context':
      return 'Was CUDA selbst und seine Bibliotheken für das Programm brauchen, ohne torch.';
    case 'other-program':
      return `Andere Programme hatten es${cause.programs.length === 0 ? '' : `; genannt waren ${cause.programs.join(', ')}`}.`;
  }
}

function differs(what: string, { a, b }: { readonly a: string; readonly b: string }): string {
  return `${what}: A hat ${a === '' ? 'keine' : a}, B ${b === '' ? 'keine' : b}.`;
}

function figure(valueMiB: number | null): string {
  return (valueMiB === null ? '?' : String(Math.round(valueMiB))).padStart(11);
}
