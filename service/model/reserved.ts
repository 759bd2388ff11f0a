import type { GenerationSettings } from '../protocol/settings.ts';
import { evaluate } from './max-planes.ts';
import { pieces } from './pieces.ts';
import { reservedPeakMiB } from './replay/peaks.ts';
import type { Coefficients, Replay } from './types.ts';

/**
 * MiB reserved above the weights at the peak of a generation: by replay where the networks are known, else by the planes.
 * @param roomMiB above the weights that the device has for the process. It matters only where attention slices to fit.
 */
export function reservedMiB({ replay, reserved }: { readonly replay: Replay | null; readonly reserved: Coefficients }, settings: GenerationSettings, roomMiB = Infinity): number {
  if (replay === null) return evaluate(pieces(settings), reserved).valueMiB;
  return Math.max(0, replay.scale * reservedPeakMiB(replay.networks, settings, null, roomMiB) + replay.offsetMiB);
}
