/** An out-of-memory text as findings: what it says, which tensor was asked for, why there was no room, what helps. */
import type { Result } from '../base/result.ts';
import type { Steps } from '../base/steps.ts';
import type { DescribedSetUp } from '../hosts/described.ts';
import type { Cause, ErrorPhase, Pricing, TextRemedy, Unpriced } from '../protocol/explanation.ts';
import { causeOf, type KnownMemory } from './cause.ts';
import { helpsAgainst } from './helps.ts';
import type { ErrorReading } from './kinds.ts';
import { pricedRemedies, toldIn, type Told } from './priced.ts';
import { ranked } from './ranked.ts';
import { locateError, readError } from './read.ts';
import { tensorOf, type KnownGeneration, type TensorFound } from './tensor.ts';

export interface Explanation {
  readonly reading: ErrorReading;
  readonly tensor: TensorFound | null;
  readonly cause: Cause;
}

/** Of a text alone: `remedies` are those that it bears out, and where it tells enough those of the replay. */
export interface ExplainedText extends Explanation {
  readonly remedies: readonly TextRemedy[];
  readonly pricing: Pricing;
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
  return read.ok ? { ok: true, value: explanationOf(read.value, known) } : read;
}

function explanationOf(read: ErrorReading, known: Known): Explanation {
  const reading = { ...read, phase: read.phase ?? known.phase };
  const tensor = tensorOf(reading, known.generation);
  return { reading, tensor, cause: causeOf(reading, tensor, known.memory) };
}

/**
 * A text alone, with all that it tells.
 * @param own the set-up of the WebUI that is connected, for what the text does not tell; null where none is.
 */
export function* explainText(text: string, own: DescribedSetUp | null): Steps<Result<ExplainedText, 'not-an-error'>> {
  const located = locateError(text);
  if (!located.ok) return located;
  const told = toldIn(located.value, own);
  const generation = told.ok ? generationOf(told.value) : null;
  const found = explanationOf(located.value.reading, { ...NOTHING_KNOWN, generation });
  // What the card refused though it had room needs no less of it.
  const asked: Result<Told, Unpriced> = found.cause.code === 'commit-limit' ? { ok: false, reason: 'kind' } : told;
  const priced = asked.ok ? yield* pricedRemedies(asked.value) : asked;
  const remedies = ranked(helpsAgainst(found), priced.ok ? priced.value.remedies : []);
  return {
    ok: true,
    value: { ...found, remedies, pricing: priced.ok ? { ok: true, value: priced.value.of } : priced },
  };
}

/** For the tensor: only of the very request that failed. */
function generationOf({ settings: { settings, ofTheFailure }, fit }: Told): KnownGeneration | null {
  return ofTheFailure && fit.replay !== null ? { networks: fit.replay.networks, settings, staticMiB: null } : null;
}
