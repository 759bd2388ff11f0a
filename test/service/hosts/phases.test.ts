import { describe, expect, test } from '@jest/globals';
import { webuiPhase } from '../../../service/hosts/phases.ts';

const CHANNELS = 'sd_model.model.diffusion_model.in_channels';
const TXT2IMG = { '__class__.__mro__': 'StableDiffusionProcessingTxt2Img', [CHANNELS]: '9' };
const IMG2IMG = { '__class__.__mro__': 'StableDiffusionProcessingImg2Img', [CHANNELS]: '9' };
const HIRES = { ...TXT2IMG, enable_hr: 'True', is_hr_pass: 'False' };
const LATENT = { ...HIRES, latent_scale_mode: '{}' };

describe('with an inpainting checkpoint', () => {
  test('txt2img encodes what is grey before it samples', () => {
    expect(webuiPhase({ at: 'before_process_batch', facts: TXT2IMG })).toBe('encode');
    expect(webuiPhase({ at: 'before_process_batch', facts: { ...TXT2IMG, [CHANNELS]: '4' } })).toBe('start');
  });

  test('img2img encodes from the start, and what comes between is no phase of its own', () => {
    expect(webuiPhase({ at: 'process', facts: IMG2IMG })).toBe('encode');
    expect(webuiPhase({ at: 'before_process_batch', facts: IMG2IMG })).toBe('start');
  });

  test('hires fix encodes between its passes, also what it makes larger as latents', () => {
    expect(webuiPhase({ at: 'launched_sampling', facts: HIRES })).toBe('upscale');
    expect(webuiPhase({ at: 'launched_sampling', facts: LATENT })).toBe('upscale');
    expect(webuiPhase({ at: 'launched_sampling', facts: { ...LATENT, [CHANNELS]: '4' } })).toBeNull();
  });
});
