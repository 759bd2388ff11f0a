/** People's reports against the verdicts that the product has with no run. */
import type { TensorFound } from '../../service/explain/tensor.ts';
import { parseCsv } from './csv.ts';
import { HELPED } from './helped.ts';
import { adviseReport, type AdvisedReport } from './report-advice.ts';
import { answerReport, refusedTensor, type ReportAnswer, type Unanswered } from './report-answer.ts';
import { readReportRow, REPORT_COLUMNS, type Outcome } from './report-row.ts';

export interface JudgedReport {
  readonly name: string;
  readonly outcome: Outcome;
  readonly judged: 'right' | 'tight' | 'wrong';
  readonly answer: ReportAnswer;
}

export interface NamedAllocation {
  readonly name: string;
  readonly triedMiB: number;
  /** Null: none of the replay has that size. */
  readonly tensor: TensorFound | null;
}

/**
 * Of a failure; `helped`: whether what helped there is what is advised first, or named at all; null where it is not
 * told.
 */
export interface AdvisedCase extends AdvisedReport {
  readonly name: string;
  readonly helped: 'first' | 'named' | 'no' | null;
}

export interface ReportsJudged {
  readonly rows: number;
  readonly judged: readonly JudgedReport[];
  readonly leftOut: readonly { readonly row: string; readonly reason: Unanswered }[];
  readonly allocations: readonly NamedAllocation[];
  readonly advised: readonly AdvisedCase[];
}

/** @throws where the text is no table of reports. */
export function judgeReports(text: string): ReportsJudged {
  const all = parseCsv(text, REPORT_COLUMNS).map(readReportRow);
  const judged: JudgedReport[] = [];
  const leftOut: { row: string; reason: Unanswered }[] = [];
  const allocations: NamedAllocation[] = [];
  const advised: AdvisedCase[] = [];
  for (const report of all) {
    const { name, outcome, error } = report;
    const answer = answerReport(report);
    if (!answer.ok) leftOut.push({ row: name, reason: answer.reason });
    else if (outcome.ok)
      judged.push({
        name,
        outcome: outcome.value,
        judged: judgedAs(answer.value, outcome.value),
        answer: answer.value,
      });
    const tensor = refusedTensor(report);
    if (error !== null && error.triedMiB !== null) allocations.push({ name, triedMiB: error.triedMiB, tensor });
    const advice = outcome.ok && outcome.value !== 'ran' ? adviseReport(report, tensor) : null;
    if (advice !== null) advised.push({ name, ...advice, helped: helpedBy(name, advice) });
  }
  return { rows: all.length, judged, leftOut, allocations, advised };
}

function helpedBy(name: string, { first, named }: AdvisedReport): AdvisedCase['helped'] {
  const told = HELPED[name];
  if (told === undefined) return null;
  const isTold = (codes: readonly string[]): boolean => codes.some((code) => told.codes.includes(code));
  return isTold(first ?? []) ? 'first' : isTold(named) ? 'named' : 'no';
}

/** What spilled would have failed elsewhere, or is said to crawl. */
function judgedAs({ verdict, maySpill }: ReportAnswer, outcome: Outcome): JudgedReport['judged'] {
  if (verdict === 'tight') return 'tight';
  if (outcome === 'spilled') return verdict === 'will-not-fit' || maySpill ? 'right' : 'wrong';
  return (verdict === 'fits') === (outcome === 'ran') ? 'right' : 'wrong';
}
