/** What things are called in German, everywhere the same. */
import type { Outcome } from '../../protocol/run.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import type { Operation, Phase } from '../../protocol/settings.ts';

export const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  txt2img: 'txt2img',
  hires_image: 'Hires fix mit Bild-Upscaler',
  hires_latent: 'Hires fix mit Latent-Upscaler',
  img2img: 'img2img',
};

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  encode: 'VAE-Kodierung',
  sampling: 'Sampling (UNet)',
  upscale: 'Upscaling',
  hires_sampling: 'Hires-Sampling (UNet)',
  decode: 'VAE-Dekodierung',
};

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  ok: 'gelungen',
  oom: 'kein Speicher mehr',
  interrupted: 'abgebrochen',
  failed: 'gescheitert',
};

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

/** In lower case; what each means: English has it. */
export const VERDICT_NAMES: Readonly<
  Record<
    Estimated['verdict'] | 'probably-fits' | 'fits-for-now' | 'loading' | Exclude<EstimateResult, Estimated>['status'],
    string
  >
> = {
  fits: 'passt',
  tight: 'knapp',
  'will-not-fit': 'passt nicht',
  'probably-fits': 'passt wohl',
  'fits-for-now': 'passt noch',
  loading: 'lädt',
  'not-calibrated': 'nicht kalibriert',
  measuring: 'misst',
  adapts: 'je nach Speicher',
  unsupported: 'nicht unterstützt',
  'bad-settings': 'Einstellungen prüfen',
  'no-memory-source': 'kein Messwert',
};
