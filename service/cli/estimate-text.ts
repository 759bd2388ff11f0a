/** An estimate for people. */
import type { EstimateResult } from '../protocol/estimate.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import * as words from '../words/index.ts';
import { headlineOf, isReached } from '../words/verdict.ts';
import { inColumns, type Entry } from './columns.ts';
import { PLAIN, type Look } from './look.ts';
import { whyNoFigure } from './no-figure.ts';
import { toneOf } from './verdict-tone.ts';

type Known = Pick<KnownEnvironment, 'keyHash' | 'environment'>;

const WIDTH = 10;

/** Line by line: checkpoints, cards and options are named by whoever wrote the files. */
export function estimateText({ keyHash, environment }: Known, result: EstimateResult, look: Look = PLAIN): string[] {
  const setUp = words.setUpInWords(environment.checkpoint, environment.device.name, keyHash);
  return inColumns([[words.SET_UP, setUp], ...figuresOf(result)], WIDTH, look);
}

/** All but whose it is. */
export function figuresOf(result: EstimateResult): Entry[] {
  const { words: verdict } = headlineOf(result);
  return result.status === 'estimated' ? figures(verdict, result) : reason(verdict, result);
}

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

function reason(verdict: string, { why }: Exclude<EstimateResult, Estimated>): Entry[] {
  return [
    [words.VERDICT, verdict],
    [words.WHY, whyNoFigure(why)],
  ];
}

function figures(verdict: string, result: Estimated): Entry[] {
  const { required, peak, limitingPhase, drift, notes } = result;
  const largest = words.largestInWords(result);
  const note = words.notesInWords(notes);
  return [
    [words.REQUIRED, words.mostlyInWords(words.formatInterval(required), words.PHASE_NAMES[limitingPhase])],
    ...(isReached(result) ? [[words.PEAK, words.formatInterval(peak)] as const] : []),
    [words.VERDICT, `${verdict}: ${words.marginInWords(result, words.latelyInWords(result))}`, toneOf(result.verdict)],
    ...(largest === null ? [] : [[words.INSTEAD, largest] as const]),
    ...(drift === null ? [] : [[words.DRIFT, words.driftInWords(drift)] as const]),
    ...(note === null ? [] : [[words.NOTE, note] as const]),
  ];
}

/** The answer for a program, with what it means beside the codes. */
export function inJson(result: EstimateResult): object {
  if (result.status !== 'estimated') return { ...result, message: whyNoFigure(result.why) };
  const { drift, notes } = result;
  return {
    ...result,
    drift: drift === null ? null : { ...drift, message: words.driftInWords(drift) },
    note: words.notesInWords(notes),
  };
}
