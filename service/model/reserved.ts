import type { GenerationSettings } from '../protocol/settings.ts';
import { evaluate } from './max-planes.ts';
import { pieces, type Piece } from './pieces.ts';
import { reservedPeakMiB } from './replay/peaks.ts';
import type { Coefficients, Interval, ProcessFit, Replay } from './types.ts';
import { heldToPeaks } from './growth.ts';

interface ReservedBy {
  readonly replay: Replay | null;
  readonly reserved: Coefficients;
  readonly process: ProcessFit | null;
}

/**
 * MiB reserved above the weights at the peak of a generation: by replay where the networks are known, else by the
 * planes.
 * @param roomMiB above the weights that the device has for the process. It matters only where attention slices to fit.
 */
export function reservedMiB(fit: ReservedBy, settings: GenerationSettings, roomMiB = Infinity): number {
  const { replay } = fit;
  if (replay === null) return plannedMiB(fit, settings).valueMiB;
  return Math.max(replayedMiB(replay, settings, roomMiB), unlikeMiB(fit, settings));
}

/** Those of the phases that are replayed. */
export function replayedMiB(
  { networks, scale, offsetMiB }: Replay,
  settings: GenerationSettings,
  roomMiB: number,
): number {
  return Math.max(0, scale * reservedPeakMiB(networks, settings, null, roomMiB) + offsetMiB);
}

/** Those of the phases that are not replayed, by their planes; 0 where all are. */
export function unlikeMiB({ replay, reserved }: ReservedBy, settings: GenerationSettings): number {
  const unlike = unlikePieces(replay, settings);
  return unlike.length === 0 ? 0 : evaluate(unlike, reserved).valueMiB;
}

export function unlikePieces(replay: Replay | null, settings: GenerationSettings): Piece[] {
  const phases = replay?.networks.unlike ?? [];
  return phases.length === 0 ? [] : pieces(settings).filter(({ phase }) => phases.includes(phase));
}

/**
 * By the planes, held to what was measured where the host has no counters; its ends hold what these settings have
 * shown.
 */
export function plannedMiB({ reserved, process }: Omit<ReservedBy, 'replay'>, settings: GenerationSettings): Interval {
  const planesMiB = (of: GenerationSettings): number => evaluate(pieces(of), reserved).valueMiB;
  return heldToPeaks(settings, process?.peaks ?? [], planesMiB);
}
