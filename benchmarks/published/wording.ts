/** What people's words say of a set-up. What a text says nothing of is null. */
import { MIB_PER_GIB } from '../../service/base/units.ts';
import type { Hints } from '../../service/hosts/hints.ts';

export type Family = NonNullable<Hints['family']>;

/** An old hash of a checkpoint, 8 digits: from before the WebUI's 1.0, when SD 1 was what there was. */
const OLD_HASH = /\bhash [0-9a-f]{8}\b/i;

const FAMILIES: readonly (readonly [RegExp, Family | 'flux'])[] = [
  [/\bflux/i, 'flux'],
  [/\bSD ?XL|\bstable[ -]diffusion[ -]xl/i, 'sdxl'],
  [/\bSD ?v?2(\.\w)?\b|\bSD ?2\.|\bv2-|768-v-ema/i, 'sd2'],
  [/\bSD ?v?1(\.\w)?\b|\bSD ?1\.|\bv1-[0-9]/i, 'sd1'],
  [OLD_HASH, 'sd1'],
];

/** `flux` has its autoencoder alone in common with them. */
export function familyIn(text: string): Family | 'flux' | null {
  return FAMILIES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** A1111's names, the more particular first. */
const ATTENTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bsdp[- ]no[- ]mem|opt-sdp-no-mem/i, 'sdp-no-mem'],
  [/\bnot xformers/i, 'Doggettx'],
  [/\bsdpa?\b|opt-sdp|scaled dot/i, 'sdp'],
  [/\bxformers/i, 'xformers'],
  [/\bsub-?quad/i, 'sub-quadratic'],
  [/invoke/i, 'InvokeAI'],
  [/\bV1\b(?!\.)|split-attention-v1/i, 'V1'],
  [/^none\b/i, ''],
  [/doggettx|default|split-attention/i, 'Doggettx'],
];

/** The optimisation as the WebUI names it, by its name or else by a flag; null where neither names one. */
export function attentionIn(text: string, flags = ''): string | null {
  const named = (of: string): string | undefined => ATTENTIONS.find(([pattern]) => pattern.test(of))?.[1];
  return named(text) ?? named(/--(xformers|opt-\S+)/i.exec(flags)?.[0] ?? '') ?? null;
}

/** What the WebUI takes by itself on a card. */
export const USUAL_ATTENTION = 'Doggettx';

/** By the WebUI's flags. */
export function vramModeIn(flags: string, family: Family): 'none' | 'medvram' | 'lowvram' {
  if (/--lowvram/.test(flags)) return 'lowvram';
  const isOfSdxl = family === 'sdxl' && /--medvram-sdxl/.test(flags);
  return isOfSdxl || /--medvram(?!-)/.test(flags) ? 'medvram' : 'none';
}

/** Of the WebUI: v1.10.1. */
export function versionIn(text: string): string | null {
  const found = /\bv?(1\.(?:\d|10)\.\d+)\b/.exec(text)?.[1];
  return found === undefined ? null : `v${found}`;
}

export function bitsOf(precision: string): 16 | 32 | null {
  if (/^$|fp16|bf16|half/i.test(precision)) return 16;
  return /fp32|float|full/i.test(precision) ? 32 : null;
}

export interface Card {
  /** As the driver calls it, as far as it is told. */
  readonly name: string;
  readonly totalMiB: number | null;
}

/**
 * "RTX 3060 12GB", "total 7841 MiB", "8 (RTX 2070)", "11.98 (RX 6700 XT, ZLUDA)", "4 to 6": of a span the larger end.
 */
export function cardIn(text: string): Card {
  const [, total, unit] = /(\d+(?:\.\d+)?)\s*(MiB|GiB|GB)\b/i.exec(text) ?? [];
  const leading = /^(\d+(?:\.\d+)?)(?:\s*(?:to|-)\s*(\d+(?:\.\d+)?))?(?=\s|\(|$)/.exec(text.trim());
  const amount = Number(total ?? leading?.[2] ?? leading?.[1] ?? NaN);
  const totalMiB = /MiB/i.test(unit ?? '') ? amount : amount * MIB_PER_GIB;
  const said = (/\(([^)]*)\)/.exec(text)?.[1] ?? text).replace(/\d+(\.\d+)?\s*(MiB|GiB|GB)\b/gi, '').trim();
  const name = said.replace(
    /^(\d{3,4})\b/,
    (number) => `${/^(9\d\d|1[06]\d\d)$/.test(number) ? 'GTX' : 'RTX'} ${number}`,
  );
  return { name, totalMiB: Number.isFinite(totalMiB) && totalMiB > 0 ? totalMiB : null };
}
