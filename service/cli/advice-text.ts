/** Advice for people and for programs. */
import type { AdviceResult } from '../protocol/advice.ts';
import type { RequestedSettings } from '../protocol/estimate.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import { flagsNote, flagsTable, sizesTable } from '../words/advice-tables.ts';
import * as words from '../words/index.ts';
import { inColumns, inTable, type Entry } from './columns.ts';
import type { Look } from './look.ts';
import { whyNoFigure } from './no-figure.ts';
import { toneOf } from './verdict-tone.ts';

type About<Name extends AdviceResult['about']> = Extract<AdviceResult, { about: Name }>;

const WIDTH = 10;

/** Line by line: checkpoints, cards and programs are named by others. */
export function adviceText(
  { keyHash, environment }: KnownEnvironment,
  settings: RequestedSettings,
  result: AdviceResult,
  look: Look,
): string[] {
  const setUp: Entry = [words.SET_UP, words.setUpInWords(environment.checkpoint, environment.device.name, keyHash)];
  switch (result.about) {
    case 'nothing':
      return inColumns([setUp, [words.WHY, words.noAdviceInWords(result)]], WIDTH, look);
    case 'remedies':
      return inColumns([setUp, ...remedies(result)], WIDTH, look);
    case 'largest':
      return [...inColumns([setUp, ...largest(settings, result)], WIDTH, look), ...inTable(sizesTable(result), look)];
    case 'flags':
      return [...inColumns([setUp, ...flags(result)], WIDTH, look), ...inTable(flagsTable(result), look)];
  }
}

function remedies({ verdict, required, remedies: all, unknown: notKnown }: About<'remedies'>): Entry[] {
  const told = all.map((one): Entry => [words.REMEDY, words.remedyInWords(one)]);
  const none: Entry[] = [[words.REMEDY, verdict === 'fits' ? words.NO_SAVING : words.NO_REMEDY]];
  return [
    ...(required === null ? [] : [[words.REQUIRED, words.formatInterval(required)] as const]),
    ...(verdict === null ? [] : [[words.VERDICT, words.VERDICT_NAMES[verdict], toneOf(verdict)] as const]),
    ...(told.length === 0 ? none : told),
    ...unknown(notKnown),
  ];
}

function flags(result: About<'flags'>): Entry[] {
  const note = flagsNote(result);
  return [...(note === null ? [] : [[words.NOTE, note] as const]), ...unknown(result.unknown)];
}

function unknown(all: About<'remedies'>['unknown']): Entry[] {
  return all.length === 0 ? [] : [[words.NOT_KNOWN_HERE, words.unknownInWords(all)]];
}

/** Each with what of the settings it keeps. */
function largest(
  settings: RequestedSettings,
  { size, batchSize, hires, table: { operation } }: About<'largest'>,
): Entry[] {
  const isHires = operation.startsWith('hires_');
  return [
    [words.OPERATION, words.OPERATION_NAMES[operation]],
    [words.LARGEST, words.largestAtBatchInWords(size, settings.batchSize)],
    [words.LARGEST_BATCH, words.batchAtSizeInWords(batchSize, settings, settings.hires)],
    ...(isHires ? [[words.LARGEST_HIRES, words.fromThisBaseInWords(hires)] as const] : []),
  ];
}

/** With what each remedy means beside its codes. */
export function inJson(result: AdviceResult): object {
  if (result.about === 'nothing') return { ...result, message: whyNoFigure(result.why) };
  if (result.about === 'flags') return { ...result, note: flagsNote(result) };
  if (result.about !== 'remedies') return result;
  return {
    ...result,
    remedies: result.remedies.map((one) => ({ ...one, message: words.remedyInWords(one) })),
    unknown: result.unknown.map((one) => ({ ...one, message: words.unknownInWords([one]) })),
  };
}
