/** What things are called, everywhere the same. */
import type { Outcome } from '../../protocol/run.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import type { Operation, Phase } from '../../protocol/settings.ts';

export const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  txt2img: 'txt2img',
  hires_image: 'hires fix, image upscaler',
  hires_latent: 'hires fix, latent upscaler',
  img2img: 'img2img',
};

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  encode: 'VAE encode',
  sampling: 'sampling (UNet)',
  upscale: 'upscaling',
  hires_sampling: 'hires sampling (UNet)',
  decode: 'VAE decode',
};

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  ok: 'ran',
  oom: 'out of memory',
  interrupted: 'interrupted',
  failed: 'failed',
};

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

/**
 * In lower case; `probably-fits`: what fits where lately images took another amount than was estimated; `fits-for-now`:
 * where less is left after each run.
 */
export const VERDICT_NAMES: Readonly<
  Record<
    Estimated['verdict'] | 'probably-fits' | 'fits-for-now' | 'loading' | Exclude<EstimateResult, Estimated>['status'],
    string
  >
> = {
  fits: 'fits',
  tight: 'tight',
  'will-not-fit': 'will not fit',
  'probably-fits': 'probably fits',
  'fits-for-now': 'fits for now',
  loading: 'loading',
  'not-calibrated': 'not calibrated',
  measuring: 'measuring',
  adapts: 'adapts to free memory',
  unsupported: 'not supported',
  'bad-settings': 'check the settings',
  'no-memory-source': 'no reading',
};
