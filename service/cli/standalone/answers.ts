/** What the forms of `serve --standalone` are answered: entries in words, as the command line prints them. */
import { comparisonInWords } from '../../words/terminal.ts';
import { FAMILY_NAMES } from '../../networks/families/registry.ts';
import * as words from '../../words/index.ts';
import { compareNamed } from '../commands/compare.ts';
import type { Clock } from '../../base/clock.ts';
import type { Result } from '../../base/result.ts';
import type { FormAnswer } from '../../protocol/form-answer.ts';
import { oneLine } from '../discreet.ts';
import { figuresOf } from '../estimate-text.ts';
import { ATTENTIONS, estimateOfNamed } from './named.ts';
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

/** Sizes that make no sense are answered by the estimate. */
const A_COUNT = { least: 1, most: 999_999 };
const FIGURES = {
  cardGiB: { least: 1, most: 512 },
  width: A_COUNT,
  height: A_COUNT,
  batch: A_COUNT,
  otherMiB: { least: 0, most: 999_999 },
} as const;
type Figure = keyof typeof FIGURES;

function estimateAnswer(query: URLSearchParams): FormAnswer {
  const network = FAMILY_NAMES.find((one) => one === query.get('network'));
  const attention = ATTENTIONS.find((one) => one === query.get('attention'));
  if (network === undefined || attention === undefined) return refusal(words.NO_SUCH_CHOICE);
  const figures = figuresIn(query);
  if (!figures.ok) {
    const { least, most } = FIGURES[figures.reason];
    return refusal(words.notAFigureInWords(words.STANDALONE_FIELDS[figures.reason], least, most));
  }
  const { batch, ...others } = figures.value;
  const result = estimateOfNamed({ network, attention, batchSize: batch, ...others });
  const entries = figuresOf(result).map(([name, value]) => [name, oneLine(value)] as const);
  return { ok: result.status === 'estimated', entries, table: [] };
}

/** Or the first that is none. */
function figuresIn(query: URLSearchParams): Result<Record<Figure, number>, Figure> {
  const read: Record<Figure, number> = { cardGiB: NaN, width: NaN, height: NaN, batch: NaN, otherMiB: NaN };
  for (const name of Object.keys(FIGURES) as Figure[]) {
    const word = query.get(name) ?? '';
    const { least, most } = FIGURES[name];
    const isIn = /^\d{1,6}$/.test(word) && Number(word) >= least && Number(word) <= most;
    if (!isIn) return { ok: false, reason: name };
    read[name] = Number(word);
  }
  return { ok: true, value: read };
}

async function compareAnswer(
  query: URLSearchParams,
  dataDir: string,
  clock: Pick<Clock, 'nowMs'>,
): Promise<FormAnswer> {
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? ''];
  if (a === '' || b === '') return refusal(words.NAME_BOTH);
  const compared = await compareNamed(a, b, dataDir, clock);
  if (!compared.ok) return refusal(oneLine(compared.reason.words));
  return { ok: true, entries: [], table: comparisonInWords(compared.value).map(oneLine) };
}

function refusal(why: string): FormAnswer {
  return { ok: false, entries: [[words.WHY, why]], table: [] };
}
