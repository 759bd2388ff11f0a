/** What programs are answered: the findings of page and command line, each with its sentence. */
import type { Result } from '../../base/result.ts';
import type { RequestedSettings } from '../../protocol/estimate.ts';
import { MAX_ERROR_TEXT } from '../../protocol/limits.ts';
import {
  API_SCHEMA,
  EXPLAIN_PARAMETERS,
  type Answer,
  type ProgramMessage,
  type QueryProblem,
} from '../../protocol/program.ts';
import {
  estimateMessage,
  explainMessage,
  maxMessage,
  noEstimateInWords,
  queryProblemInWords,
} from '../../words/index.ts';
import { advice } from '../messages/advice.ts';
import { explained } from '../messages/explain.ts';
import { mayInterruptReadings, type Parts } from '../parts.ts';
import type { RequestsOptions } from '../requests.ts';
import type { ProgramPeer } from './programs.ts';
import { settingsIn, valuesOf } from './query.ts';

type Work = Pick<RequestsOptions, 'answer' | 'pause'>;
type Asking = Work & Pick<RequestsOptions, 'queue'> & { readonly parts: Parts };

/** The usual size of SD 1: of `max` only the shape counts. */
const USUAL_PX = 512;

/** What takes long waits for its turn, with the pages'. */
export function answerProgram({ about, query }: ProgramMessage, peer: ProgramPeer, asking: Asking): void {
  const { parts, queue } = asking;
  switch (about) {
    case 'estimate':
      return peer.send(estimateOf(query, parts, asking));
    case 'max':
      return queue({ peer, about: 'largest', work: async () => peer.send(await maxOf(query, parts, asking)) });
    case 'explain':
      return queue({ peer, about: 'error', work: async () => peer.send(await explanationOf(query, parts, asking)) });
  }
}

function estimateOf(query: string, parts: Parts, { answer }: Work): Answer {
  // Who uses the device, for the next answer: this one does not wait for the driver.
  if (mayInterruptReadings(parts)) void parts.memory.refreshProcesses();
  const read = asked(query, parts, null);
  if (!read.ok) return refused(queryProblemInWords(read.reason));
  const result = answer(read.value);
  if (result.status === 'bad-settings') return refused(noEstimateInWords(result.why));
  return given({ ...head(parts), ...result, message: estimateMessage(result) });
}

async function maxOf(query: string, parts: Parts, { answer, pause }: Work): Promise<Answer> {
  const read = asked(query, parts, USUAL_PX);
  if (!read.ok) return refused(queryProblemInWords(read.reason));
  const question = { type: 'advice', requestId: 0, about: 'largest', settings: read.value } as const;
  const { result } = await advice(question, parts, answer, pause);
  if (result.about !== 'largest' && result.about !== 'nothing')
    throw new Error(`asked for the largest: ${result.about}`);
  if (result.about === 'nothing' && result.why.code === 'settings') return refused(noEstimateInWords(result.why));
  return given({ ...head(parts), ...result, message: maxMessage(result) });
}

async function explanationOf(query: string, parts: Parts, { pause }: Work): Promise<Answer> {
  const read = textIn(query);
  if (!read.ok) return refused(queryProblemInWords(read.reason));
  const { result } = await explained({ type: 'explain', requestId: 0, text: read.value }, parts, pause);
  if (!result.ok) return refused(queryProblemInWords({ code: result.reason }));
  return given({ ...head(parts), ...result, message: explainMessage(result) });
}

function asked(query: string, { link }: Parts, usualPx: number | null): Result<RequestedSettings, QueryProblem> {
  return settingsIn(query, link.host?.environment.upscalers ?? [], usualPx);
}

function textIn(query: string): Result<string, QueryProblem> {
  const read = valuesOf(query, Object.keys(EXPLAIN_PARAMETERS));
  if (!read.ok) return read;
  const text = read.value.get('text');
  if (text === undefined) return { ok: false, reason: { code: 'not-given', name: 'text' } };
  return text.length > MAX_ERROR_TEXT ? { ok: false, reason: { code: 'text-too-long' } } : { ok: true, value: text };
}

function head({ link }: Parts): { readonly schema: typeof API_SCHEMA; readonly keyHash: string | null } {
  return { schema: API_SCHEMA, keyHash: link.host?.keyHash ?? null };
}

function given(body: Answer['body']): Answer {
  return { type: 'answer', status: 200, body };
}

/** The request is at fault, and the sentence says what to do. */
function refused(detail: string): Answer {
  return { type: 'answer', status: 422, body: { schema: API_SCHEMA, detail } };
}
