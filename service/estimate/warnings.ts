import type { GenerationSettings } from '../protocol/settings.ts';
import type { AttentionKind } from '../model/types.ts';

/** `token-count-does-not-divide`: attention that slices to fit free memory cannot slice this size, and may ask for all of it at once. */
export type EstimateWarning = { readonly code: 'token-count-does-not-divide'; readonly width: number; readonly height: number } | { readonly code: 'not-a-multiple-of-64'; readonly width: number; readonly height: number };

const LATENT_PX = 8;
const SIZE_STEP_PX = 64;
/** Sliced attention tries 2, 4, ... 64 slices; a size is safe when all of these divide its tokens. */
const MOST_SLICES = 64;

/** What a user should know about these sizes beyond the figures. */
export function warningsFor(attention: AttentionKind, settings: GenerationSettings): EstimateWarning[] {
  const sizes = [{ width: settings.width, height: settings.height }];
  if (settings.hires !== null) sizes.push({ width: settings.hires.width, height: settings.hires.height });
  return sizes.flatMap(({ width, height }): EstimateWarning[] => {
    const tokens = Math.floor(width / LATENT_PX) * Math.floor(height / LATENT_PX);
    if (attention === 'adaptive' && tokens % MOST_SLICES !== 0) return [{ code: 'token-count-does-not-divide', width, height }];
    if (width % SIZE_STEP_PX !== 0 || height % SIZE_STEP_PX !== 0) return [{ code: 'not-a-multiple-of-64', width, height }];
    return [];
  });
}
