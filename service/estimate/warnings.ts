import { slicesToFit } from '../networks/attention/scores.ts';
import { mayFailOn } from '../model/replay/need.ts';
import { slicedPeaks } from '../model/replay/peaks.ts';
import type { Fit } from '../model/types.ts';
import type { EstimateWarning } from '../protocol/estimate.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

const SIZE_STEP_PX = 64;
const LATENT_PX = 8;
/** Attention of other programs tries 2, 4, ... 64 slices; a size is safe when all of these divide its tokens. */
const MOST_SLICES = 64;

/** @param roomMiB above the weights that the device has for the process now. */
export function warningsFor(
  { replay, slackMiB }: Pick<Fit, 'replay' | 'slackMiB'>,
  settings: GenerationSettings,
  roomMiB: number,
): EstimateWarning[] {
  const found: EstimateWarning[] = [];
  if (replay !== null && slicesToFit(replay.networks.scores)) {
    const { slices, wasUnsliceable } = slicedPeaks(replay.networks, settings, null, roomMiB);
    if (slices > 1) found.push({ code: 'adapts-to-free-memory', slices });
    if (
      Number.isFinite(roomMiB) &&
      [replay, ...replay.rivals].some((one) => mayFailOn(one, settings, slackMiB, roomMiB))
    )
      found.push({ code: 'slices-may-not-fit' });
    if (wasUnsliceable) found.push({ code: 'token-count-does-not-divide' });
  }
  for (const { width, height } of sizesOf(settings)) {
    if (width % SIZE_STEP_PX !== 0 || height % SIZE_STEP_PX !== 0)
      found.push({ code: 'not-a-multiple-of-64', width, height });
  }
  return found;
}

/**
 * Sizes that attention which slices in a way that is not known may be unable to slice, so that it asks for all of its
 * scores at once.
 */
export function unsliceableSizes(settings: GenerationSettings): Size[] {
  return sizesOf(settings).filter(
    ({ width, height }) => (Math.floor(width / LATENT_PX) * Math.floor(height / LATENT_PX)) % MOST_SLICES !== 0,
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizesOf({ width, height, hires }: GenerationSettings): Size[] {
  return [{ width, height }, ...(hires === null ? [] : [{ width: hires.width, height: hires.height }])];
}
