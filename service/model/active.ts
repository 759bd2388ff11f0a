import type { GenerationSettings } from '../protocol/settings.ts';
import { evaluate } from './max-planes.ts';
import { pieces } from './pieces.ts';
import { activePeakMiB } from './replay/peaks.ts';
import { unlikePieces } from './reserved.ts';
import type { Fit } from './types.ts';

/**
 * MiB active above the weights at the peak of a generation: by replay where the networks are known, else by the planes;
 * null where the host counts none.
 * @param roomMiB above the weights that the device has for the process. It matters only where attention slices to fit.
 */
export function activeMiB(
  { replay, active, process }: Fit,
  settings: GenerationSettings,
  roomMiB: number,
): number | null {
  if (process !== null) return null;
  if (replay === null) return evaluate(pieces(settings), active).valueMiB;
  const unlike = unlikePieces(replay, settings);
  const replayedMiB = activePeakMiB(replay.networks, settings, null, roomMiB);
  return unlike.length === 0 ? replayedMiB : Math.max(replayedMiB, evaluate(unlike, active).valueMiB);
}
