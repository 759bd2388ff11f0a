/** What is not torch's of a card: other programs' memory, the context, the driver's. */
import { isDeepStrictEqual } from 'node:util';
import type { Figure } from './figure.ts';

export interface Others {
  /** While this figure was measured, as the product reads it from nvidia-smi at that moment; null = not told. */
  readonly nowMiB: number | null;
  /**
   * While the same instrument looked at other generations on this card: what is known of it without this figure; null =
   * not told.
   */
  readonly elsewhereMiB: number | null;
}

/** Figures of one generation stand in several rows: of the whole device one, of torch's reserved bytes another. */
export function othersOf(figure: Figure, all: readonly Figure[]): Others {
  const ofCard = all.filter(({ source, card }) => source === figure.source && isDeepStrictEqual(card, figure.card));
  const isNow = ({ work }: Figure): boolean => isDeepStrictEqual(work, figure.work);
  const now = ofCard.filter(isNow);
  const beside = ofCard
    .filter((one) => one.metric === 'device' && one.instrument === figure.instrument && !isNow(one))
    .flatMap((device) => {
      const reserved = ofCard.find((one) => one.metric === 'reserved' && isDeepStrictEqual(one.work, device.work));
      return reserved === undefined ? [] : [device.valueMiB - reserved.valueMiB];
    });
  const reserved = now.find(({ metric }) => metric === 'reserved');
  // The WebUI's own reading: another program's need not be of the same moment.
  const device = now.find(({ metric, instrument }) => metric === 'device' && instrument === SYS_PEAK);
  return {
    nowMiB: device === undefined || reserved === undefined ? null : Math.max(0, device.valueMiB - reserved.valueMiB),
    elsewhereMiB: beside.length === 0 ? null : beside.reduce((sum, mib) => sum + mib, 0) / beside.length,
  };
}

const SYS_PEAK = 'sys_peak';
