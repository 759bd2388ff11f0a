/** What is told of two that are compared. */
import type { Cause } from '../../compare/causes.ts';
import type { Comparison } from '../../compare/compare.ts';
import type { Row, RowName } from '../../compare/rows.ts';
import type { Side } from '../../compare/side.ts';
import { inWholeMiB } from './amounts.ts';

const ROWS: Readonly<Record<RowName, string>> = {
  device: 'device at its top',
  weights: 'weights (at rest)',
  activations: 'activations',
  tensors: 'tensors (active)',
  cache: "PyTorch's cache",
  context: 'context',
  others: 'other programs',
  outside: 'context and others',
  program: 'program on device',
  ram: 'RAM of its own',
};

export function comparisonInWords({ a, b, rows, causes, notExplained }: Comparison): string[] {
  return [
    `A  ${sideInWords(a)}`,
    `B  ${sideInWords(b)}`,
    '',
    `${'MiB'.padEnd(20)}${['A', 'B', 'A less B'].map((title) => title.padStart(11)).join('')}`,
    ...rows.map(rowInWords),
    '',
    ...causes.map(causeInWords),
    ...notExplained.map(
      ({ row, differenceMiB }) =>
        `Not explained: ${inWholeMiB(Math.abs(differenceMiB))} more in ${differenceMiB > 0 ? 'A' : 'B'} ` +
        `(${ROWS[row]}).`,
    ),
    ...(causes.length + notExplained.length === 0 ? [nothingInWords(rows)] : []),
  ];
}

function nothingInWords(rows: Comparison['rows']): string {
  return rows.some(({ differenceMiB }) => differenceMiB !== null)
    ? 'Nothing differs by 16 MiB or more.'
    : 'Nothing can be compared: of no row both figures are known.';
}

function sideInWords({ kind, name, what }: Side): string {
  return `${kind === 'run' ? 'run of the WebUI' : 'recording'} ${name} (${what})`;
}

function rowInWords({ row, aMiB, bMiB, differenceMiB }: Row): string {
  const signed = differenceMiB === null ? '?' : `${differenceMiB > 0 ? '+' : ''}${Math.round(differenceMiB)}`;
  return `${ROWS[row].padEnd(20)}${figure(aMiB)}${figure(bMiB)}${signed.padStart(11)}`;
}

function causeInWords(cause: Cause): string {
  const more = cause.more.toUpperCase();
  const share = cause.differenceMiB === null ? '' : `${inWholeMiB(Math.abs(cause.differenceMiB))}: `;
  return `${more} needs more (${ROWS[cause.row]}): ${share}${whyInWords(cause)}`;
}

function whyInWords(cause: Cause): string {
  switch (cause.code) {
    case 'settings':
      return 'the settings of the two are not the same.';
    case 'live-preview-full':
      return (
        'its live preview is "Full", which decodes pictures while it samples. "Approx NN" or "TAESD" ' + 'takes little.'
      );
    case 'checkpoints-kept':
      return (
        `it may keep ${cause.most} checkpoints in memory ("Maximum number of checkpoints loaded at the same ` +
        'time").'
      );
    case 'extras':
      return `more took part in it: ${cause.extras.join(', ')}.`;
    case 'weights-precision':
      return `${differs(cause.values)} as the precision of the weights.`;
    case 'vae-precision':
      return `${differs(cause.values)} as the precision of the VAE.`;
    case 'attention':
      return `${differs(cause.values)} as the attention optimisation.`;
    case 'vram-mode':
      return `${differs(cause.values)} as the way in which networks are moved on and off the card.`;
    case 'allocator':
      return `${differs(cause.values)} as the settings of PyTorch's allocator.`;
    case 'torch':
      return `${differs(cause.values)} as the version of torch.`;
    case 'cond-uncond-batched':
      return 'it computes the prompt and the negative prompt in one batch, the other one after the other.';
    case 'cache-kept':
      return (
        'memory that it had freed and that PyTorch kept; torch.cuda.empty_cache() gives it back ' + 'to other programs.'
      );
    case 'cache-given-back':
      return (
        'the other was so near the edge of its card that PyTorch gave back its cache, ' +
        `${cause.times === 1 ? 'once' : `${cause.times} times`}.`
      );
    case 'context':
      return "what CUDA itself and its libraries take for the program, which is not torch's.";
    case 'other-program':
      return `other programs had it${cause.programs.length === 0 ? '' : `; listed were ${cause.programs.join(', ')}`}.`;
  }
}

function differs({ a, b }: { readonly a: string; readonly b: string }): string {
  return `A has ${a === '' ? 'none' : a} and B ${b === '' ? 'none' : b}`;
}

function figure(valueMiB: number | null): string {
  return (valueMiB === null ? '?' : String(Math.round(valueMiB))).padStart(11);
}
