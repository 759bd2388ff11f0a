/** One person's report of an out-of-memory error, or of a success, read from its row. */
import type { Result } from '../../service/base/result.ts';
import { readError } from '../../service/explain/read.ts';
import type { ErrorReading } from '../../service/explain/kinds.ts';
import { hiresTarget } from '../../service/protocol/hires-target.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { CsvRow } from './csv.ts';
import type { SetUp } from './host.ts';
import { attentionIn, cardIn, familyIn, USUAL_ATTENTION, versionIn, vramModeIn } from './wording.ts';

export const REPORT_COLUMNS = [
  'case',
  'card_gib',
  'model',
  'width',
  'height',
  'batch',
  'hires',
  'attention',
  'flags',
  'reported_event',
  'quote_of_figures',
] as const;

/**
 * Or what the product does not speak of: cards that are not NVIDIA's, cuDNN set to try all its engines, and a failure
 * in a series, which what earlier pictures left may be behind.
 */
export type NotTold =
  | 'no-size'
  | 'card-not-stated'
  | 'outcome-not-stated'
  | 'other-networks'
  | 'not-nvidia'
  | 'cudnn-benchmark'
  | 'several-batches';

/** `spilled`: a driver that spills gave out system RAM where another would have refused. */
export type Outcome = 'ran' | 'failed' | 'spilled';

export interface PersonsReport {
  readonly name: string;
  readonly outcome: Result<Outcome, 'outcome-not-stated' | 'several-batches'>;
  /** All that may be meant: what a host would tell and a person left out is open. The likeliest first. */
  readonly setUps: Result<readonly SetUp[], 'card-not-stated' | 'other-networks' | 'not-nvidia' | 'cudnn-benchmark'>;
  readonly settings: Result<GenerationSettings, 'no-size'>;
  /** The error's text, where it is quoted. */
  readonly error: ErrorReading | null;
}

type Column = (typeof REPORT_COLUMNS)[number];

export function readReportRow({ cells }: CsvRow): PersonsReport {
  const text = (column: Column): string => cells[column] ?? '';
  const error = readError(errorText(text('quote_of_figures')));
  return {
    name: text('case'),
    outcome: outcomeIn(text('reported_event'), text('flags')),
    setUps: setUpsOf(text),
    settings: settingsOf(text),
    error: error.ok ? error.value : null,
  };
}

/** A quotation may begin behind the words that make it an error. */
function errorText(quote: string): string {
  return /^tried to allocate/i.test(quote) ? `CUDA out of memory. ${quote}` : quote;
}

/** What failed and what ran may stand in one text, of other settings: what is said first is of these. */
function outcomeIn(text: string, flags: string): PersonsReport['outcome'] {
  const spilled = /\bspill|shared memory/i.test(text);
  const failed = text.search(/\boom\b|out of memory|\bfails?\b|\bfailed\b/i);
  const ran = text.search(/\bsucceeds?\b|\bworks?\b|\bruns?\b|\bis the most\b|\bfine\b/i);
  // Of phases the last counts: a failure in any of them is one.
  const isFailure = failed !== -1 && (ran === -1 || failed < ran || /\boom in\b/i.test(text));
  if (isFailure) {
    return /batch count ([2-9]|\d\d)/i.test(flags)
      ? { ok: false, reason: 'several-batches' }
      : { ok: true, value: 'failed' };
  }
  if (spilled) return { ok: true, value: 'spilled' };
  return ran === -1 ? { ok: false, reason: 'outcome-not-stated' } : { ok: true, value: 'ran' };
}

/** Of other makers: torch has them under CUDA's name too, and other libraries under that. */
const NOT_NVIDIA = /\bRX ?\d{3,4}|radeon|zluda|\bamd\b|\barc\b|\bintel\b|\bmps\b/i;
/** Where no attention is told, after the WebUI's own choice those that most people chose. */
const USUAL_ATTENTIONS = [USUAL_ATTENTION, 'xformers', 'sdp'];

function setUpsOf(text: (column: Column) => string): PersonsReport['setUps'] {
  const [model, flags] = [text('model'), text('flags')];
  const card = cardIn(text('card_gib'));
  if (NOT_NVIDIA.test(`${text('card_gib')} ${flags}`)) return { ok: false, reason: 'not-nvidia' };
  if (/cudnn\.benchmark on/i.test(flags)) return { ok: false, reason: 'cudnn-benchmark' };
  if (card.totalMiB === null) return { ok: false, reason: 'card-not-stated' };
  const families = familiesIn(model);
  if (families.length === 0) return { ok: false, reason: 'other-networks' };
  const named = attentionIn(text('attention'), flags);
  const attentions = named === null ? USUAL_ATTENTIONS : [named];
  const webuiVersion = versionIn(`${text('attention')} ${flags} ${text('reported_event')}`);
  return {
    ok: true,
    value: families.flatMap((family) =>
      attentions.flatMap((attention) =>
        widthsIn(model, flags).map((widths): SetUp => ({
          family,
          attention,
          vramMode: vramModeIn(flags, family),
          ...widths,
          card,
          webuiVersion,
        })),
      ),
    ),
  };
}

/** What was not SDXL was told by its version, or was called SD. */
function familiesIn(model: string): SetUp['family'][] {
  const family = familyIn(model);
  if (family === 'flux') return [];
  if (family !== null) return [family];
  return /^SD\b/.test(model) ? ['sd1'] : ['sd1', 'sdxl'];
}

/** Many had their autoencoder in 32 bits; who tells of flags would have told of that one. */
function widthsIn(model: string, flags: string): Pick<SetUp, 'unetBits' | 'vaeBits'>[] {
  if (/--no-half(?!-)|precision full/.test(flags) || /fp32(?! VAE)/i.test(model))
    return [{ unetBits: 32, vaeBits: 32 }];
  if (/--no-half-vae/.test(flags) || /fp32 VAE/i.test(model)) return [{ unetBits: 16, vaeBits: 32 }];
  const usual = { unetBits: 16, vaeBits: 16 } as const;
  return /--|\bno flags|default|none stated/i.test(flags) || /fp16/i.test(model)
    ? [usual]
    : [usual, { unetBits: 16, vaeBits: 32 }];
}

const NO_SIZE = { ok: false, reason: 'no-size' } as const;

/** A size that is only said to be above or below another is none. */
function settingsOf(text: (column: Column) => string): PersonsReport['settings'] {
  const [width, height, batchSize] = (['width', 'height', 'batch'] as const).map((column) => numberIn(text(column)));
  if (width === undefined || height === undefined || batchSize === undefined) return NO_SIZE;
  if (Number.isNaN(width + height) || !(batchSize >= 1)) return NO_SIZE;
  const hires = text('hires');
  if (hires === '' || /^no\b/i.test(hires)) {
    const operation = /img2img/i.test(hires) ? 'img2img' : 'txt2img';
    return { ok: true, value: { operation, width, height, batchSize, hires: null } };
  }
  const target = targetIn(hires, width, height);
  if (target === null) return NO_SIZE;
  const { firstWidth, firstHeight, ...sides } = target;
  return {
    ok: true,
    value: {
      operation: /image|ESRGAN|ultrasharp|lanczos|swinir/i.test(hires) ? 'hires_image' : 'hires_latent',
      width: firstWidth,
      height: firstHeight,
      batchSize,
      hires: { ...sides, upscaler: null },
    },
  };
}

/** What hires fix arrives at: sides, else a scale, else by the old way that the sliders name. */
function targetIn(hires: string, width: number, height: number): ReturnType<typeof hiresTarget> | null {
  if (/^>|\babove\b|\bbelow\b/i.test(hires)) return null;
  const [, resizeX, resizeY] = /(\d{3,5})\s*x\s*(\d{3,5})/i.exec(hires.replace(/first pass \S+/i, '')) ?? [];
  const scale = /\bx\s*(\d(?:\.\d+)?)\b/i.exec(hires)?.[1];
  const oldBehaviour = /\bold\b/i.test(hires);
  if (resizeX === undefined && scale === undefined && !oldBehaviour) return null;
  const target = hiresTarget({
    width,
    height,
    scale: Number(scale ?? 1),
    resizeX: oldBehaviour ? 0 : Number(resizeX ?? 0),
    resizeY: oldBehaviour ? 0 : Number(resizeY ?? 0),
    oldBehaviour,
  });
  return target.width > 0 && target.height > 0 ? target : null;
}

function numberIn(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= 1 && value <= 16_384 ? value : NaN;
}
