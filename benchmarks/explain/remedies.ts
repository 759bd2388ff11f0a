/**
 * What `explain` says helps, of texts alone: reports whose writers say what helped them, and texts of public threads.
 */
import { readFileSync } from 'node:fs';
import { atOnce } from '../../service/base/steps.ts';
import { explainText } from '../../service/explain/explain.ts';
import { parseCsv } from '../published/csv.ts';
import { HELPED } from '../published/helped.ts';

const REPORTS = new URL('../data/published/oom-reports.csv', import.meta.url);
const TEXTS = new URL('../../test/fixtures/explain/errors.ndjson', import.meta.url);

/** Codes of what is named; null where the text is no error. */
function namedFor(text: string): readonly string[] | null {
  const found = atOnce(explainText(text, null));
  return found.ok ? found.value.remedies.map(({ code }) => code) : null;
}

export interface ReportJudged {
  readonly name: string;
  readonly helped: string;
  readonly named: readonly string[];
  readonly isNamed: boolean;
}

/** Of the reports that quote an error and say what helped. */
export function judgeReports(): readonly ReportJudged[] {
  return parseCsv(readFileSync(REPORTS, 'utf8'), ['case', 'quote_of_figures']).flatMap(({ cells }) => {
    const [name = '', helped] = [cells['case'], HELPED[cells['case'] ?? '']];
    const named = namedFor(cells['quote_of_figures'] ?? '');
    if (named === null || helped === undefined) return [];
    const isNamed = helped.codes.some((code) => named.includes(code));
    return [{ name, helped: helped.words, named, isNamed }];
  });
}

/** Of the texts of public threads that are read, how many get a remedy. */
export function countHelped(): { readonly texts: number; readonly withRemedy: number } {
  const named = readFileSync(TEXTS, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => [namedFor((JSON.parse(line) as { text: string }).text) ?? []]);
  return { texts: named.length, withRemedy: named.filter(({ length }) => length > 0).length };
}
