/** A query of a program into settings, as the sliders of a page would say them. */
import type { Result } from '../../base/result.ts';
import { operationOf } from '../../operations/registry.ts';
import type { RequestedSettings } from '../../protocol/estimate.ts';
import { hiresTarget } from '../../protocol/hires-target.ts';
import type { Upscaler } from '../../protocol/host.ts';
import { MOST_BATCH, MOST_PX } from '../../protocol/limits.ts';
import { MOST_SCALE, SETTINGS_PARAMETERS, type QueryProblem, type SettingsParameter } from '../../protocol/program.ts';

/** Of a name that is not known, and is told again. */
const MOST_OF_A_NAME = 40;
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
/** How a number is written, and how far it is read, as OpenAPI has it; what is too small is told by the estimate. */
interface Form {
  readonly written: RegExp;
  readonly least: number;
  readonly most: number;
}
const SIDE: Form = { written: /^-?\d+$/, least: 1, most: MOST_PX };
const BATCH: Form = { ...SIDE, most: MOST_BATCH };
/** 0 where it is not set. */
const TARGET: Form = { ...SIDE, least: 0 };
const SCALE: Form = { written: /^-?\d+(\.\d{1,6})?$/, least: 1, most: MOST_SCALE };
const LATENT = 'Latent';
/** Beside the switch itself. */
const OF_HIRES = ['hr_scale', 'hr_resize_x', 'hr_resize_y', 'hr_upscaler'] as const;

export type Values = ReadonlyMap<string, string>;

/** Each parameter once, and none but those that are known. */
export function valuesOf(query: string, known: readonly string[]): Result<Values, QueryProblem> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const shown = name.slice(0, MOST_OF_A_NAME);
    if (!known.includes(name)) return { ok: false, reason: { code: 'unknown-parameter', name: shown, known } };
    if (values.has(name)) return { ok: false, reason: { code: 'twice', name } };
    values.set(name, value);
  }
  return { ok: true, value: values };
}

/**
 * @param usualPx side of the square that is meant where no size is named; null where one must be.
 * @param upscalers those of the WebUI; empty where it has not told them.
 */
export function settingsIn(
  query: string,
  upscalers: readonly Upscaler[],
  usualPx: number | null,
): Result<RequestedSettings, QueryProblem> {
  const read = valuesOf(query, Object.keys(SETTINGS_PARAMETERS));
  if (!read.ok) return read;
  const reader = readerOf(read.value);
  const settings = requested(reader, upscalers, usualPx);
  const [problem] = reader.problems;
  return problem === undefined ? { ok: true, value: settings } : { ok: false, reason: problem };
}

/** What cannot be read is noted, and taken for the usual, so that one reading finds the first problem of all. */
interface Reader {
  readonly problems: QueryProblem[];
  has(name: SettingsParameter): boolean;
  text(name: SettingsParameter, usual: string): string;
  /** @param usual null where it must be given. */
  number(name: SettingsParameter, usual: number | null, form: Form): number;
  isOn(name: SettingsParameter): boolean;
}

function readerOf(values: Values): Reader {
  const problems: QueryProblem[] = [];
  return {
    problems,
    has: (name) => values.has(name),
    text: (name, usual) => values.get(name) ?? usual,
    number: (name, usual, { written, least, most }) => {
      const word = values.get(name);
      const value = Number(word);
      if (word === undefined) {
        if (usual === null) problems.push({ code: 'not-given', name });
      } else if (!written.test(word)) problems.push({ code: 'not-a-number', name });
      else if (word.startsWith('-') || value > most) problems.push({ code: 'not-in-range', name, least, most });
      else return value;
      return usual ?? 0;
    },
    isOn: (name) => {
      // `True` is how Python writes it.
      const isOn = SWITCHES.get((values.get(name) ?? 'false').toLowerCase());
      if (isOn === undefined) problems.push({ code: 'not-a-switch', name });
      return isOn ?? false;
    },
  };
}

function requested(reader: Reader, upscalers: readonly Upscaler[], usualPx: number | null): RequestedSettings {
  const { problems } = reader;
  const usual = reader.has('width') || reader.has('height') ? null : usualPx;
  const [width, height] = [reader.number('width', usual, SIDE), reader.number('height', usual, SIDE)];
  const batchSize = reader.number('batch_size', 1, BATCH);
  const isImg2img = reader.isOn('img2img');
  if (!reader.isOn('enable_hr')) {
    const surplus = OF_HIRES.find((name) => reader.has(name));
    if (surplus !== undefined) problems.push({ code: 'needs-hires', name: surplus });
    const operation = operationOf(isImg2img ? 'Img2Img' : 'Txt2Img', null, () => false);
    return { operation, width, height, batchSize, hires: null };
  }
  if (isImg2img) problems.push({ code: 'hires-from-a-picture' });
  const upscaler = upscalerOf(reader.text('hr_upscaler', LATENT), upscalers);
  if (upscaler === null) problems.push({ code: 'no-such-upscaler', known: upscalers.map(({ name }) => name) });
  const target = hiresTarget({
    width,
    height,
    scale: reader.number('hr_scale', 2, SCALE),
    resizeX: reader.number('hr_resize_x', 0, TARGET),
    resizeY: reader.number('hr_resize_y', 0, TARGET),
    oldBehaviour: false,
  });
  const hires = {
    width: target.width,
    height: target.height,
    uncroppedWidth: target.uncroppedWidth,
    uncroppedHeight: target.uncroppedHeight,
    upscaler: upscaler?.name ?? null,
  };
  const operation = operationOf('Txt2Img', upscaler?.kind ?? 'latent', () => false);
  return { operation, width, height, batchSize, hires };
}

/** null where the WebUI has none of that name. */
function upscalerOf(name: string, upscalers: readonly Upscaler[]): Upscaler | null {
  if (upscalers.length === 0) return { name, kind: /^latent/i.test(name) ? 'latent' : 'image' };
  return upscalers.find((one) => one.name === name) ?? null;
}
