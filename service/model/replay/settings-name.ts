import { memoised } from '../../base/memo.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';

/** Differs between settings whose replays differ. Texts are made slowly, and each estimate asks for several. */
export const settingsName = memoised(({ operation, width, height, batchSize, hires }: GenerationSettings): string => {
  const target =
    hires === null ? '' : `${hires.width}x${hires.height} ${hires.uncroppedWidth}x${hires.uncroppedHeight}`;
  return `${operation} ${width}x${height} ${batchSize} ${target}`;
});
