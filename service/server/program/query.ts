/** A query of a program into settings, as the sliders of a page would say them. */
import type { Result } from '../../base/result.ts';
import { operationOf } from '../../operations/registry.ts';
import type { RequestedSettings } from '../../protocol/estimate.ts';
import { hiresTarget } from '../../protocol/hires-target.ts';
import type { Upscaler } from '../../protocol/host.ts';
import { SETTINGS_PARAMETERS, type QueryProblem, type SettingsParameter } from '../../protocol/program.ts';

/** Of a name that is not known, and is told again. */
const MOST_OF_A_NAME = 40;
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
const WHOLE = /^\d{1,6}$/;
const DECIMAL = /^\d{1,3}(\.\d{1,6})?$/;
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
  whole(name: SettingsParameter, usual: number | null): number;
  decimal(name: SettingsParameter, usual: number): number;
  isOn(name: SettingsParameter): boolean;
}

function readerOf(values: Values): Reader {
  const problems: QueryProblem[] = [];
  const numberIn = (name: SettingsParameter, usual: number | null, form: RegExp): number => {
    const word = values.get(name);
    if (word !== undefined && form.test(word)) return Number(word);
    if (word !== undefined) problems.push({ code: 'not-a-number', name });
    else if (usual === null) problems.push({ code: 'not-given', name });
    return usual ?? 0;
  };
  return {
    problems,
    has: (name) => values.has(name),
    text: (name, usual) => values.get(name) ?? usual,
    whole: (name, usual) => numberIn(name, usual, WHOLE),
    decimal: (name, usual) => numberIn(name, usual, DECIMAL),
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
  const [width, height] = [reader.whole('width', usual), reader.whole('height', usual)];
  const batchSize = reader.whole('batch_size', 1);
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
    scale: reader.decimal('hr_scale', 2),
    resizeX: reader.whole('hr_resize_x', 0),
    resizeY: reader.whole('hr_resize_y', 0),
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
