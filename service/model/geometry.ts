import { memoised } from '../base/memo.ts';
import { PX_PER_MPX } from '../base/units.ts';
import { stageGroups } from '../operations/registry.ts';
import { upscalingNetwork } from '../operations/upscaler.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

const LATENT_PX = 8;

/** Area that the networks really compute, in units of 1024 x 1024 pixels: the latent's size is floor(px / 8). */
export function areaMpx(widthPx: number, heightPx: number): number {
  return (Math.floor(widthPx / LATENT_PX) * Math.floor(heightPx / LATENT_PX) * LATENT_PX * LATENT_PX) / PX_PER_MPX;
}

/** Area of the picture that comes out: the hires target where there is one. */
export function outputAreaMpx(settings: GenerationSettings): number {
  return settings.hires === null
    ? areaMpx(settings.width, settings.height)
    : areaMpx(settings.hires.width, settings.hires.height);
}

/** Largest batch size times area that a sampling pass sees. */
export function workMpx(settings: GenerationSettings): number {
  return settings.batchSize * Math.max(areaMpx(settings.width, settings.height), outputAreaMpx(settings));
}

/**
 * Pictures are decoded and encoded one by one, so there the pixels of one count; a pass of the denoising network takes
 * the batch at once, and its score matrices grow faster with the pixels of a picture than with their number. But
 * tensors fill whole blocks, and what is sliced to fit needs less where there are more slices. Of 28,829 pairs of
 * settings that were replayed, with all attentions and workspaces, a smaller batch of larger pictures with less than
 * 1.2 times as much in all needed less in one of 38, by up to 27 %; with more than that in 4 of 19,643, all of them
 * sliced, by up to 6 %.
 */
const CLEARLY_MORE = 1.2;
const LEAST_SHARE = 0.7;

/**
 * So much of what `smaller` needs `larger` needs surely: all where every pass works on pictures at least as large, and
 * on as many of them or on clearly more pixels in all; less where those are hardly more; 0 where nothing can be said.
 */
export function shareNeeded(larger: GenerationSettings, smaller: GenerationSettings): number {
  if (!upscalesAsMuch(larger, smaller)) return 0;
  const isMore = (times: number): boolean =>
    PASSES.every((of) => larger.batchSize * of(larger) >= times * smaller.batchSize * of(smaller));
  if (!PASSES.every((of) => of(larger) >= of(smaller)) || !isMore(1)) return 0;
  return larger.batchSize >= smaller.batchSize || isMore(CLEARLY_MORE) ? 1 : LEAST_SHARE;
}

/** Whether `larger` cannot need less than `smaller`. */
export function isAsLarge(larger: GenerationSettings, smaller: GenerationSettings): boolean {
  return shareNeeded(larger, smaller) === 1;
}

/** Of what the VAE encodes; 0 where it encodes nothing. Settings of known runs are compared with each estimate's. */
const encodedMpx = memoised((settings: GenerationSettings): number => {
  const encoded = stageGroups(settings)
    .flat()
    .filter(({ network }) => network === 'encode');
  return Math.max(0, ...encoded.map(({ widthPx, heightPx }) => areaMpx(widthPx, heightPx)));
});

const PASSES = [sampledMpx, outputAreaMpx, encodedMpx];

/** Of the largest sampling pass. */
function sampledMpx(settings: GenerationSettings): number {
  return Math.max(areaMpx(settings.width, settings.height), outputAreaMpx(settings));
}

/** What an upscaler's own network needs says nothing of another's, nor of settings without it. */
export function upscalesAsMuch(larger: GenerationSettings, smaller: GenerationSettings): boolean {
  const network = upscalingNetwork(smaller);
  if (network === null) return true;
  return (
    network === upscalingNetwork(larger) &&
    areaMpx(larger.width, larger.height) >= areaMpx(smaller.width, smaller.height)
  );
}
