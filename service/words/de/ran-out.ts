/** What is told of a person's own generation that ran out of memory. */
import type { Cause } from '../../protocol/explanation.ts';
import type { Notice } from '../../protocol/notice.ts';
import { remedyInWords } from './advice.ts';
import { formatMiB as amountOf } from './amounts.ts';
import { explanationInWords } from './explain.ts';
import { holdersInWords } from './holders.ts';

type RanOut = Extract<Notice, { code: 'ran-out' }>;

/** Above what the tab says of it. */
export const LAST_GENERATION: string = 'Woran die letzte Generierung scheiterte';

/** Headed lines: those of the error, what is held, and what helps, a line each. */
export function ranOutLines({ explanation, held, remedies }: RanOut): readonly (readonly [string, string])[] {
  return [
    ...explanationInWords(explanation),
    ['Belegt ist jetzt', `${holdersInWords(held).join('; ')}.`],
    ...remedies.map((remedy) => ['Was hilft', remedyInWords(remedy)] as const),
  ];
}

/** The same as one text. */
export function ranOutInWords(told: RanOut): string {
  const lines = ranOutLines(told).map(([head, words], i) => (i === 0 ? words : `${head}: ${words}`));
  return ['Bei der letzten Generierung ging der Speicher aus.', ...lines]
    .map((one) => (/[.\]]$/.test(one) ? one : `${one}.`))
    .join(' ');
}

/** Beside the sliders, of the last generation with the same settings: a sentence for one line. */
export function ranOutTold({ explanation }: RanOut): string {
  return `Speicher ging aus: ${causeTold(explanation.cause)}.`;
}

function causeTold(cause: Cause): string {
  switch (cause.code) {
    case 'fragmentation':
      return 'genug war frei, aber in Stücken';
    case 'other-program':
      return `andere hatten ${amountOf(cause.othersMiB)}`;
    case 'cap':
      return `PyTorch darf nur ${amountOf(cause.capMiB)} haben`;
    case 'leak-or-kept':
      return `${amountOf(cause.keptMiB)} waren von vorher belegt`;
    case 'commit-limit':
      return 'RAM und Auslagerungsdatei voll';
    case 'plain-size':
      return cause.missingMiB === null || cause.missingMiB < 1
        ? 'die Karte war voll'
        : `mindestens ${amountOf(cause.missingMiB)} zu wenig`;
    case 'attention-not-sliced':
      return 'Attention wurde nicht zerlegt';
    case 'nan-precision':
      return 'Zahlen zu groß für 16 Bit';
    case 'library-not-loaded':
      return 'eine Bibliothek fand keinen Platz';
    case 'unknown':
      return 'die Ursache ist nicht bekannt';
  }
}
