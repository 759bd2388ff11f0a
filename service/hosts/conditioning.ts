/**
 * What the denoising network is given beside the noise and the prompts. Inpainting checkpoints take a mask and the
 * latents of a masked picture, so that the WebUI encodes one before it samples.
 */
import { isThere } from './facts.ts';
import type { Facts } from '../protocol/shim.ts';

const INPUT_CHANNELS = 'model.diffusion_model.in_channels';
/** 4 of the noise, 1 of the mask, 4 of the masked picture. */
const OF_INPAINTING = '9';
/** 4 of the noise, 1 of the depth. */
const OF_DEPTH = '5';

/** Of the loaded checkpoint. */
const KEY = 'model:model.conditioning_key';
const CHANNELS = `model:${INPUT_CHANNELS}`;
/** The same of a processing object. */
const CHANNELS_THERE = `sd_model.${INPUT_CHANNELS}`;

export const CONDITIONING_FACTS: readonly string[] = [KEY, CHANNELS];
export const CONDITIONING_FACTS_OF_GENERATION: readonly string[] = [CHANNELS_THERE];

/** As it stands behind the family in a key; null where it is the prompts alone. */
export function conditioningIn(facts: Facts): string | null {
  const key = facts[KEY];
  const channels = facts[CHANNELS];
  // SDXL's has the key of an ordinary one.
  if (!isThere(key) || key === 'crossattn') return channels === OF_INPAINTING ? INPAINTING : null;
  return key === INPAINTING && channels === OF_DEPTH ? 'depth' : key;
}

/** The conditioning key of inpainting checkpoints. */
export const INPAINTING = 'hybrid';

/** A generation encodes a masked picture before it samples. */
export function isInpainting(facts: Facts): boolean {
  return facts[CHANNELS_THERE] === OF_INPAINTING;
}
