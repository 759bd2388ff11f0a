/** What is told of a person's own generation that ran out of memory. */
import type { Cause } from '../../protocol/explanation.ts';
import type { Notice } from '../../protocol/notice.ts';
import { remedyInWords } from './advice.ts';
import { formatMiB as amountOf } from './amounts.ts';
import { explanationInWords } from './explain.ts';
import { holdersInWords } from './holders.ts';

type RanOut = Extract<Notice, { code: 'ran-out' }>;

/** Above what the tab says of it. */
export const LAST_GENERATION: string = 'What the last generation ran out of';

/** Headed lines: those of the error, what is held, and what helps, a line each. */
export function ranOutLines({ explanation, held, remedies }: RanOut): readonly (readonly [string, string])[] {
  return [
    ...explanationInWords(explanation),
    ['Held now', `${holdersInWords(held).join('; ')}.`],
    ...remedies.map((remedy) => ['What helps', remedyInWords(remedy)] as const),
  ];
}

/** The same as one text. */
export function ranOutInWords(told: RanOut): string {
  const lines = ranOutLines(told).map(([head, words], i) => (i === 0 ? words : `${head}: ${words}`));
  return ['The last generation ran out of memory.', ...lines]
    .map((one) => (/[.\]]$/.test(one) ? one : `${one}.`))
    .join(' ');
}

/** Beside the sliders, of the last generation with the same settings: a sentence for one line. */
export function ranOutTold({ explanation }: RanOut): string {
  return `It ran out of memory: ${causeTold(explanation.cause)}.`;
}

function causeTold(cause: Cause): string {
  switch (cause.code) {
    case 'fragmentation':
      return 'enough was free, but in pieces';
    case 'other-program':
      return `others held ${amountOf(cause.othersMiB)}`;
    case 'cap':
      return `PyTorch may have ${amountOf(cause.capMiB)} alone`;
    case 'leak-or-kept':
      return `${amountOf(cause.keptMiB)} were kept from before`;
    case 'commit-limit':
      return 'RAM and paging file were used up';
    case 'plain-size':
      return cause.missingMiB === null || cause.missingMiB < 1
        ? 'the card was full'
        : `at least ${amountOf(cause.missingMiB)} short`;
    case 'attention-not-sliced':
      return 'attention was not sliced';
    case 'nan-precision':
      return 'numbers too large for 16 bits';
    case 'library-not-loaded':
      return 'a library found no room';
    case 'unknown':
      return 'the cause is not known';
  }
}
