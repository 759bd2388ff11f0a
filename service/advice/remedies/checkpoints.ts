import { toldBy } from '../../hosts/told.ts';
import { otherCheckpointsMiB } from '../../model/unmeasured/weights.ts';
import type { Situation } from '../plan.ts';
import { NOTHING_UNKNOWN, type RemedyKind } from '../remedy.ts';

/** Less is no checkpoint. */
const LEAST_KEPT_MIB = 1024;

/**
 * Other checkpoints that the WebUI may keep on the card, and does: more is there at idle than the one in use takes. A
 * lower limit takes none of them off by itself: the WebUI looks at it when another checkpoint is loaded.
 */
export const checkpoints: RemedyKind = {
  searches: false,
  candidates: (situation) => {
    const keptMiB = keptMiBOf(situation);
    return keptMiB < LEAST_KEPT_MIB
      ? []
      : [
          {
            step: {
              change: { code: 'unload-checkpoints', keptMiB: Math.round(keptMiB) },
              applied: { kind: 'saved-option', name: 'sd_checkpoints_limit', value: 1 },
              picture: 'same',
              restart: true,
            },
            apply: (plan) => ({ ...plan, unloadedMiB: keptMiB }),
          },
        ];
  },
  unknown: NOTHING_UNKNOWN,
};

function keptMiBOf({ setUp: { key, traits, device } }: Situation): number {
  if (Number(key['sd_checkpoints_limit'] ?? 1) <= 1 || traits.staticMiB === null) return 0;
  const { resident = 'all' } = traits;
  const told = toldBy(key, device?.backend ?? 'cuda');
  return told.ok && resident === 'all' ? otherCheckpointsMiB(told.value, traits.staticMiB) : 0;
}
