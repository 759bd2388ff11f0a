/** What an estimate is told with: the device, and what stands beside the fit of the set-up in force. */
import { addOnsOf } from '../calibration/added.ts';
import type { Calibration } from '../calibration/calibration.ts';
import { toLoadOf } from '../calibration/first-picture.ts';
import type { Circumstances } from '../estimate/circumstances.ts';
import type { MemoryFigures } from '../memory/ledger.ts';
import type { SourceState } from '../protocol/source.ts';

/** Of the WebUI's memory, and of the device's. */
export interface Held {
  readonly source: SourceState;
  readonly figures: MemoryFigures;
  /** MiB that the WebUI holds beside its weights, of a generation that failed: the next may have that much less. */
  readonly leftMiB: number;
  /** All that it holds where it moves networks on and off the card and one was left there; null where none was. */
  readonly foundMiB: number | null;
}

/**
 * The one way in which page, command line and programs come to them. Null where it is not known what others use.
 * @param addOns by name, as they are switched on.
 */
export function circumstancesOf(
  { source, figures, leftMiB, foundMiB }: Held,
  calibration: Calibration,
  addOns: readonly string[],
): Circumstances | null {
  const { usableMiB, otherMiB, webuiMiB, loaded } = figures;
  if (usableMiB === null || otherMiB === null) return null;
  return {
    memory: { usableMiB, otherMiB },
    // A process keeps its memory, and a network that is moved stays on the card until another is called. On a card
    // where all stay, the cache is emptied before a generation.
    heldMiB: source.label === 'RAM' ? webuiMiB : foundMiB,
    driftMiB: calibration.drift?.leftMiB ?? null,
    leftMiB,
    toLoad: toLoadOf(loaded, calibration.ownRuns),
    addOns: addOnsOf(calibration, addOns),
  };
}
