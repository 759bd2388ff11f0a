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
    ...(largest === null ? [] : [`Stattdessen: ${largest}.`]),
    ...(drift === null ? [] : [driftInWords(drift)]),
    ...(note === null ? [] : [note]),
  ];
  return [first, ...besides].join(' ');
}

export function maxMessage(result: Largest | Extract<AdviceResult, { about: 'nothing' }>): string {
  if (result.about === 'nothing') return noAdviceInWords(result);
  const { size, batchSize, hires } = result;
  const batch = batchSize === null ? NONE_FITS : String(batchSize);
  const besides = hires === null ? '' : ` Mit Hires fix: ${fromThisBaseInWords(hires)}.`;
  const largest = `Größtes Bild dieses Formats bei dieser Batch-Größe: ${largestSizeInWords(size)}.`;
  return `${largest} Größte Batch-Größe: ${batch}.${besides}`;
}

export function explainMessage(explanation: ExplainedText): string {
  return explainedInWords(explanation)
    .map(([head, words]) => `${head}: ${words}`)
    .join(' ');
}

export function queryProblemInWords(problem: QueryProblem): string {
  switch (problem.code) {
    case 'unknown-parameter':
      return `Einen Parameter "${problem.name}" gibt es hier nicht. Es gibt: ${problem.known.join(', ')}.`;
    case 'twice':
      return `"${problem.name}" steht mehrmals da: einmal angeben.`;
    case 'not-given':
      return `"${problem.name}" muss angegeben werden.`;
    case 'not-a-number':
      return `"${problem.name}" muss eine Zahl sein: 1024, oder als Faktor 1.5.`;
    case 'not-in-range':
      return `"${problem.name}" muss von ${problem.least} bis ${problem.most} sein.`;
    case 'not-a-switch':
      return `"${problem.name}" muss true oder false sein.`;
    case 'needs-hires':
      return `"${problem.name}" braucht enable_hr=true.`;
    case 'hires-from-a-picture':
      return 'img2img hat kein Hires fix: enable_hr oder img2img weglassen.';
    case 'no-such-upscaler':
      return `Die WebUI hat keinen Upscaler dieses Namens ("hr_upscaler"). Sie hat: ${namedIn(problem.known)}.`;
    case 'text-too-long':
      return '"text" ist länger als 10.000 Zeichen: das Ende senden, in dem der Fehler steht.';
    case 'not-an-error':
      return NOT_AN_ERROR;
  }
}

function namedIn(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`und ${rest} weitere`] : [])].join(', ');
}

/** In the page of OpenAPI that the WebUI shows under /docs. */
export const API_ABOUT: {
  readonly summary: Readonly<Record<Question, string>>;
  readonly refusals: Readonly<Record<'404' | '422' | '503', string>>;
} = {
  summary: {
    estimate: 'Wie viel Speicher diese Einstellungen brauchen, und ob sie passen',
    max: 'Die größten Einstellungen, die passen',
    explain: 'Was ein Speicherfehler sagt, und warum kein Platz war',
  },
  refusals: {
    404: 'Die WebUI läuft ohne --api',
    422: 'Die Anfrage ist falsch; "detail" sagt, was zu tun ist',
    503: 'Der Sidecar ist nicht da oder hat zu viel zu tun',
  },
};
