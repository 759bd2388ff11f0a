/** An out-of-memory text as findings: what it says, which tensor was asked for, why there was no room, what helps. */
import type { Result } from '../base/result.ts';
import type { Cause, ErrorPhase, TextRemedy } from '../protocol/explanation.ts';
import { causeOf, type KnownMemory } from './cause.ts';
import { helpsAgainst } from './helps.ts';
import type { ErrorReading } from './kinds.ts';
import { readError } from './read.ts';
import { tensorOf, type KnownGeneration, type TensorFound } from './tensor.ts';

export interface Explanation {
  readonly reading: ErrorReading;
  readonly tensor: TensorFound | null;
  readonly cause: Cause;
}

/** Of a text alone: `remedies` are those that it bears out. */
export interface ExplainedText extends Explanation {
  readonly remedies: readonly TextRemedy[];
}

/** What is known beside the text. */
export interface Known {
  readonly generation: KnownGeneration | null;
  readonly memory: KnownMemory | null;
  /** Where the generation was; the text itself counts where it tells. */
  readonly phase: ErrorPhase | null;
}

const NOTHING_KNOWN: Known = { generation: null, memory: null, phase: null };

export function explain(text: string, known: Known): Result<Explanation, 'not-an-error'> {
  const read = readError(text);
  if (!read.ok) return read;
  const reading = { ...read.value, phase: read.value.phase ?? known.phase };
  const tensor = tensorOf(reading, known.generation);
  return { ok: true, value: { reading, tensor, cause: causeOf(reading, tensor, known.memory) } };
}

export function explainText(text: string): Result<ExplainedText, 'not-an-error'> {
  const found = explain(text, NOTHING_KNOWN);
  return found.ok ? { ok: true, value: { ...found.value, remedies: helpsAgainst(found.value) } } : found;
}
