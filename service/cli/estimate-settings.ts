import type { Result } from '../base/result.ts';
import { flaggedOperation, operationOf } from '../operations/registry.ts';
import type { Mistake } from '../words/mistake.ts';
import type { RequestedSettings } from '../protocol/estimate.ts';

/** What is less and still absurd is told by the estimate. */
const MOST = 999_999;

export interface SettingsText {
  readonly width: string | null;
  readonly height: string | null;
  readonly batch: string | null;
  readonly hires: string | null;
  readonly upscaler: string | null;
  /** That of these flags of operations which is given; null where none is. */
  readonly flag: string | null;
}

/**
 * From the words of the command line; sizes that make no sense are answered with the estimate, words that are no sizes
 * here.
 */
export function readSettings({
  width,
  height,
  batch,
  hires,
  upscaler,
  flag,
}: SettingsText): Result<RequestedSettings, Mistake> {
  if (width === null || height === null) return { ok: false, reason: { code: 'no-size' } };
  for (const [option, word] of Object.entries({ '--width': width, '--height': height, '--batch': batch ?? '1' })) {
    if (!/^[+-]?\d+$/.test(word)) return { ok: false, reason: { code: 'not-whole', option, word } };
    if (!/^\d{1,6}$/.test(word) || Number(word) === 0)
      return { ok: false, reason: { code: 'not-in-range', option, word, most: MOST } };
  }
  const first = { width: Number(width), height: Number(height), batchSize: Number(batch ?? '1') };
  if (hires === null) {
    if (upscaler !== null) return { ok: false, reason: { code: 'upscaler-alone' } };
    return { ok: true, value: { operation: flaggedOperation(flag), ...first, hires: null } };
  }
  if (flag !== null) return { ok: false, reason: { code: 'no-hires-with', flag } };
  const match = /^(\d{1,6})x(\d{1,6})$/i.exec(hires);
  if (match === null) return { ok: false, reason: { code: 'hires-size' } };
  const target = { width: Number(match[1]), height: Number(match[2]) };
  const latent = upscaler === null || /^latent/i.test(upscaler);
  return {
    ok: true,
    value: {
      operation: operationOf('Txt2Img', latent ? 'latent' : 'image', () => false),
      ...first,
      hires: {
        ...target,
        uncroppedWidth: target.width,
        uncroppedHeight: target.height,
        upscaler: latent ? 'Latent' : upscaler,
      },
    },
  };
}
