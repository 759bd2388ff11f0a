/** What is told of a person's own generation that ran out of memory. */
import type { Notice } from '../../protocol/notice.ts';
import { remedyInWords } from './advice.ts';
import { explanationInWords } from './explain.ts';
import { holdersInWords } from './holders.ts';

export function ranOutInWords({ explanation, held, remedies }: Extract<Notice, { code: 'ran-out' }>): string {
  const said = explanationInWords(explanation).map(([head, words], i) => (i === 0 ? words : `${head}: ${words}`));
  const helps = remedies.length === 0 ? [] : [`Was hilft: ${remedies.map(remedyInWords).join(' ')}`];
  return [
    'Bei der letzten Generierung ging der Speicher aus.',
    ...said,
    `Belegt ist jetzt: ${holdersInWords(held).join('; ')}.`,
    ...helps,
  ]
    .map((one) => (/[.\]]$/.test(one) ? one : `${one}.`))
    .join(' ');
}
