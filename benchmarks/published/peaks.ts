/** Peaks of all networks that a set-up may have. */
import { partsOf } from '../../service/allocator/part.ts';
import { Run } from '../../service/allocator/run.ts';
import type { Fit, Interval } from '../../service/model/types.ts';
import { activePeakMiB } from '../../service/model/replay/peaks.ts';
import { programOf, workspaceOf, type Networks } from '../../service/networks/networks.ts';
import { vaeElements } from '../../service/networks/vae-units.ts';
import type { Workspace } from '../../service/program/kernels.ts';
import { allElements, type Program } from '../../service/program/program.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The likeliest first. */
export function networksOf({ replay }: Fit): Networks[] {
  if (replay === null) throw new Error('what is not measured is replayed');
  return [replay, ...replay.rivals].map(({ networks }) => networks);
}

/**
 * An interval over all that may be meant, the likeliest its value. Reserved bytes are opened as far as the product
 * opens a peak, allocated ones, which no cache swells, as far as it opens what is required.
 */
export function intervalOver(
  { spread }: Pick<Fit, 'spread'>,
  metric: 'allocated' | 'reserved',
  [first = 0, ...others]: readonly number[],
): Interval {
  const [low, high] =
    metric === 'reserved' ? [spread.peakLow, spread.peakHigh] : [spread.requiredLow, spread.requiredHigh];
  return {
    valueMiB: first,
    lowMiB: Math.min(first, ...others) * (1 - low),
    highMiB: Math.max(first, ...others) * (1 + high),
  };
}

/**
 * Active bytes of a generation, weights included.
 * @param roomsMiB that the card may have for the process, the likeliest first.
 */
export function activeMiB(fit: Fit, settings: GenerationSettings, roomsMiB: readonly number[]): Interval {
  return intervalOver(
    fit,
    'allocated',
    roomsMiB.flatMap((roomMiB) =>
      networksOf(fit).map((one) => fit.staticMiB + activePeakMiB(one, settings, null, roomMiB - fit.staticMiB)),
    ),
  );
}

export interface Peaks {
  readonly activeMiB: number;
  readonly reservedMiB: number;
}

/** One half of the autoencoder at work on one picture with so much room, the weights left out. */
export function vaePeaks(
  networks: Networks,
  half: 'decode' | 'encode',
  { width, height }: Size,
  roomMiB: number,
): Peaks {
  const program = programOf(networks, half, 1);
  return peaksOf(half, program, vaeElements(width, height, 1), workspaceOf(networks, half), roomMiB);
}

/**
 * @param weights that lie on the card before: what is free at the ends of their segments serves as well. They are left
 *   out of the peaks; null = not known tensor by tensor.
 */
export function peaksOf(
  phase: 'decode' | 'encode',
  program: Program,
  elements: readonly number[],
  workspace: Workspace,
  roomMiB: number,
  weights: Program | null = null,
): Peaks {
  const run = new Run(roomMiB, roomMiB);
  if (weights !== null) {
    run.begin({ phase, program: weights, from: 0, to: weights.onceMoreFrom, elements: [], repeats: false });
    run.finish();
  }
  const before = run.peaks[0] ?? { activeMiB: 0, reservedMiB: 0 };
  run.begin(partsOf(phase, program, allElements(program, elements, workspace))[0]);
  run.finish();
  const { activeMiB: active = 0, reservedMiB = 0 } = run.peaks.at(-1) ?? {};
  return { activeMiB: active - before.activeMiB, reservedMiB: reservedMiB - before.reservedMiB };
}
