/**
 * The generation that a text tells of: what the WebUI prints when a request fails, else the parameters below a picture.
 */
import { operationOf } from '../../operations/registry.ts';
import { hiresTarget } from '../../protocol/hires-target.ts';
import { generationSettingsSchema, type GenerationSettings } from '../../protocol/settings.ts';
import { placeInPlain, squeezed } from '../plain-text.ts';

export interface ToldSettings {
  readonly settings: GenerationSettings;
  /** Of the very request that failed. */
  readonly ofTheFailure: boolean;
  /** Before its 1.6 the WebUI wrote requests otherwise; null where no request is told. */
  readonly beforeV16: boolean | null;
}

interface Read {
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
  readonly hires: {
    readonly scale: number;
    readonly resizeX: number;
    readonly resizeY: number;
    readonly upscaler: string;
  } | null;
  readonly fromPicture: boolean;
}

/** @param here where the error begins: a request is written before it. */
export function settingsIn(plain: string, here: number): ToldSettings | null {
  const request = requestIn(plain.slice(0, here));
  if (request !== null) return toldBy(request.read, true, request.beforeV16);
  const picture = pictureIn(plain);
  return picture === null ? null : toldBy(picture, false, null);
}

function toldBy(read: Read, ofTheFailure: boolean, beforeV16: boolean | null): ToldSettings | null {
  const checked = generationSettingsSchema.safeParse(settingsOf(read));
  return checked.success ? { settings: checked.data, ofTheFailure, beforeV16 } : null;
}

function settingsOf({ width, height, batchSize, hires, fromPicture }: Read): GenerationSettings {
  const base = { width, height, batchSize };
  if (hires === null)
    return { operation: operationOf(fromPicture ? 'Img2Img' : 'Txt2Img', null, () => false), ...base, hires: null };
  const target = hiresTarget({ width, height, ...hires, oldBehaviour: false });
  const latent = /^latent\b/i.test(hires.upscaler);
  return {
    operation: operationOf('Txt2Img', latent ? 'latent' : 'image', () => false),
    ...base,
    hires: {
      width: target.width,
      height: target.height,
      uncroppedWidth: target.uncroppedWidth,
      uncroppedHeight: target.uncroppedHeight,
      upscaler: hires.upscaler,
    },
  };
}

const NUMBER = String.raw`-?\d{1,20}(?:\.\d{1,20})?`;
const WHOLE = String.raw`(\d{1,6})`;
const BOOLEAN = '(?:True|False)';
/** How txt2img's arguments go on: height, width, hires fix, denoising, scale, upscaler, steps, resize to. */
const HIRES = `${WHOLE},${WHOLE},(True|False),${NUMBER},(${NUMBER}),'([^']{0,100})',\\d{1,6},${WHOLE},${WHOLE},`;
/** In text without white space, behind styles: batch count, batch size, CFG. */
const REQUESTS: readonly (readonly [pattern: RegExp, beforeV16: boolean])[] = [
  [new RegExp(`\\],(?:\\d{1,4},'[^']{1,60}',)?\\d{1,6},${WHOLE},${NUMBER},${HIRES}'`, 'g'), false],
  // Steps, sampler, faces, tiling; behind CFG six numbers of the seed.
  [
    new RegExp(
      `\\],\\d{1,4},\\d{1,3},${BOOLEAN},${BOOLEAN},\\d{1,6},${WHOLE},${NUMBER},(?:${NUMBER},){5}${BOOLEAN},${HIRES}`,
      'g',
    ),
    true,
  ],
];
const REQUEST = /Arguments: ?\(/g;

/** Of the last request. */
function requestIn(before: string): { readonly read: Read; readonly beforeV16: boolean } | null {
  const begins = [...before.matchAll(REQUEST)].at(-1);
  if (begins === undefined) return null;
  const plain = before.slice(begins.index);
  const dense = squeezed(plain);
  for (const [pattern, beforeV16] of REQUESTS) {
    const found = [...dense.matchAll(pattern)][0];
    if (found === undefined) continue;
    const [whole, batch, height, width, isHires, scale, , resizeX, resizeY] = found;
    const spaced = plain.slice(placeInPlain(plain, found.index), placeInPlain(plain, found.index + whole.length));
    const upscaler = /(?:True|False),[^']{1,80}'([^']{0,100})'/.exec(spaced)?.[1] ?? '';
    const hires = {
      scale: Number(scale),
      resizeX: Number(resizeX),
      resizeY: Number(resizeY),
      upscaler: upscaler.replaceAll('\n', ''),
    };
    const size = { width: Number(width), height: Number(height), batchSize: Number(batch) };
    return { read: { ...size, hires: isHires === 'True' ? hires : null, fromPicture: false }, beforeV16 };
  }
  return null;
}

/** As the WebUI writes them below a picture, and people after it: "Size: 512x768, Batch size: 4". */
const SIZE = /(?:^|, ?|\n)[ \t]{0,8}Size: ?(\d{1,5}) ?x ?(\d{1,5})\b/g;
/** Where a paragraph or a log of parameters goes on. */
const MOST_BESIDE = 1_500;

/** Of the last picture; null as well for what was painted into, whose masks are not told. */
function pictureIn(plain: string): Read | null {
  const size = [...plain.matchAll(SIZE)].at(-1);
  if (size === undefined) return null;
  const beside = plain.slice(Math.max(0, size.index - MOST_BESIDE), size.index + MOST_BESIDE);
  const field = (name: string): string | null =>
    new RegExp(`(?:^|, ?|\\n)[ \\t]{0,8}${name}: ?"?([^,"\\n]{1,100})`).exec(beside)?.[1]?.trim() ?? null;
  if (field('Mask blur') !== null || field('Masked content') !== null || field('Inpaint area') !== null) return null;
  const [resizeX, resizeY] = /^(\d{1,5})x(\d{1,5})$/
    .exec(field('Hires resize') ?? '')
    ?.slice(1)
    .map(Number) ?? [0, 0];
  const scale = Number(field('Hires upscale') ?? NaN);
  const isHires = !Number.isNaN(scale) || field('Hires resize') !== null || field('Hires upscaler') !== null;
  return {
    width: Number(size[1]),
    height: Number(size[2]),
    batchSize: Number(field('Batch size') ?? 1),
    hires: isHires
      ? {
          scale: Number.isNaN(scale) ? 2 : scale,
          resizeX: resizeX ?? 0,
          resizeY: resizeY ?? 0,
          upscaler: field('Hires upscaler') ?? 'Latent',
        }
      : null,
    fromPicture: !isHires && field('Denoising strength') !== null,
  };
}
