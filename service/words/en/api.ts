/** What programs are told beside the codes, and how their requests are to be made. */
import type { AdviceResult } from '../../protocol/advice.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import type { Question, QueryProblem } from '../../protocol/program.ts';
import type { ExplainedText } from '../../protocol/explanation.ts';
import { fromThisBaseInWords, noAdviceInWords, NONE_FITS, largestSizeInWords } from './advice.ts';
import { driftInWords } from './calibration.ts';
import { marginInWords } from './cli/answers.ts';
import { largestInWords, latelyInWords, noEstimateInWords, notesInWords } from './estimate.ts';
import { explainedInWords, NOT_AN_ERROR } from './explain.ts';
import { VERDICT_NAMES } from './names.ts';

type Largest = Extract<AdviceResult, { about: 'largest' }>;

const MOST_NAMED = 20;

export function estimateMessage(result: EstimateResult): string {
  if (result.status !== 'estimated') return noEstimateInWords(result.why);
  const { verdict, drift, notes } = result;
  const first = `${VERDICT_NAMES[verdict]}: ${marginInWords(result, latelyInWords(result))}.`;
  const [largest, note] = [largestInWords(result), notesInWords(notes)];
  const besides = [
    ...(largest === null ? [] : [`Instead: ${largest}.`]),
    ...(drift === null ? [] : [driftInWords(drift)]),
    ...(note === null ? [] : [note]),
  ];
  return [first, ...besides].join(' ');
}

export function maxMessage(result: Largest | Extract<AdviceResult, { about: 'nothing' }>): string {
  if (result.about === 'nothing') return noAdviceInWords(result);
  const { size, batchSize, hires } = result;
  const batch = batchSize === null ? NONE_FITS : String(batchSize);
  const besides = hires === null ? '' : ` Hires fix: ${fromThisBaseInWords(hires)}.`;
  return `Largest of this shape and batch size: ${largestSizeInWords(size)}. Largest batch size: ${batch}.${besides}`;
}

export function explainMessage(explanation: ExplainedText): string {
  return explainedInWords(explanation)
    .map(([head, words]) => `${head}: ${words}`)
    .join(' ');
}

export function queryProblemInWords(problem: QueryProblem): string {
  switch (problem.code) {
    case 'unknown-parameter':
      return `There is no parameter "${problem.name}" here. There are: ${problem.known.join(', ')}.`;
    case 'twice':
      return `"${problem.name}" is given more than once: give it once.`;
    case 'not-given':
      return `"${problem.name}" must be given.`;
    case 'not-a-number':
      return `"${problem.name}" must be a number: 1024, or of a scale 1.5.`;
    case 'not-in-range':
      return `"${problem.name}" must be from ${problem.least} to ${problem.most}.`;
    case 'not-a-switch':
      return `"${problem.name}" must be true or false.`;
    case 'needs-hires':
      return `"${problem.name}" needs enable_hr=true.`;
    case 'hires-from-a-picture':
      return 'img2img has no hires fix: leave out enable_hr, or img2img.';
    case 'no-such-upscaler':
      return `The WebUI has no upscaler of the name in "hr_upscaler". It has: ${namedIn(problem.known)}.`;
    case 'text-too-long':
      return '"text" is longer than 10,000 characters: send its end, with the error in it.';
    case 'not-an-error':
      return NOT_AN_ERROR;
  }
}

function namedIn(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

/** In the page of OpenAPI that the WebUI shows under /docs. */
export const API_ABOUT: {
  readonly summary: Readonly<Record<Question, string>>;
  readonly refusals: Readonly<Record<'404' | '422' | '503', string>>;
} = {
  summary: {
    estimate: 'How much memory these settings need, and whether they fit',
    max: 'The largest settings that fit',
    explain: 'What an out-of-memory error says, and why there was no room',
  },
  refusals: {
    404: 'The WebUI runs without --api',
    422: 'The request is at fault; "detail" says what to do',
    503: 'The sidecar is not there, or has too much to do',
  },
};
