/** What the forms of `serve --standalone` are answered: entries in words, as the command line prints them. */
import { comparisonInWords } from '../../words/terminal.ts';
import { FAMILY_NAMES } from '../../networks/families/registry.ts';
import * as words from '../../words/index.ts';
import { compareNamed } from '../commands/compare.ts';
import type { Clock } from '../../base/clock.ts';
import type { FormAnswer } from '../../protocol/form-answer.ts';
import { oneLine } from '../discreet.ts';
import { figuresOf } from '../estimate-text.ts';
import { ATTENTIONS, estimateOfNamed, type NamedSetUp } from './named.ts';
import type { FormName } from './standalone.ts';

/** @param dataDir where the store is whose runs may be compared. */
export async function answerForm(
  form: FormName,
  query: URLSearchParams,
  dataDir: string,
  clock: Pick<Clock, 'nowMs'>,
): Promise<FormAnswer> {
  switch (form) {
    case 'estimate':
      return estimateAnswer(query);
    case 'compare':
      return compareAnswer(query, dataDir, clock);
  }
}

function estimateAnswer(query: URLSearchParams): FormAnswer {
  const named = namedIn(query);
  if (named === null) return refusal(words.NOT_A_SIZE);
  const result = estimateOfNamed(named);
  const entries = figuresOf(result).map(([name, value]) => [name, oneLine(value)] as const);
  return { ok: result.status === 'estimated', entries, table: [] };
}

function namedIn(query: URLSearchParams): NamedSetUp | null {
  const whole = (name: string): number => (/^\d{1,6}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN);
  const network = FAMILY_NAMES.find((one) => one === query.get('network'));
  const attention = ATTENTIONS.find((one) => one === query.get('attention'));
  const figures = {
    cardGiB: whole('cardGiB'),
    width: whole('width'),
    height: whole('height'),
    batchSize: whole('batch'),
    otherMiB: whole('otherMiB'),
  };
  const isWhole = Object.values(figures).every(Number.isFinite) && figures.cardGiB > 0;
  return network === undefined || attention === undefined || !isWhole ? null : { network, attention, ...figures };
}

async function compareAnswer(
  query: URLSearchParams,
  dataDir: string,
  clock: Pick<Clock, 'nowMs'>,
): Promise<FormAnswer> {
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? ''];
  if (a === '' || b === '') return refusal(words.COMPARE_NEEDS_TWO);
  const compared = await compareNamed(a, b, dataDir, clock);
  if (!compared.ok) return refusal(oneLine(compared.reason));
  return { ok: true, entries: [], table: comparisonInWords(compared.value).map(oneLine) };
}

function refusal(why: string): FormAnswer {
  return { ok: false, entries: [[words.WHY, why]], table: [] };
}
