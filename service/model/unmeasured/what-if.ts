/** The same estimates were one thing set otherwise. */
import type { Result } from '../../base/result.ts';
import { ATTENTION_KINDS } from '../../hosts/attention.ts';
import { hintsOf } from '../../hosts/hints.ts';
import { toldBy, type AttentionName } from '../../hosts/told.ts';
import type { Environment, HostDevice, Resident } from '../../protocol/host.ts';
import type { Fit, HostTraits } from '../types.ts';
import { ofLawsToldBy } from './told-laws.ts';
import { fitOfNetworks, type WhyNot } from './unmeasured.ts';
import { idleSlackMiB, weightsMiB } from './weights.ts';

/**
 * What may be set otherwise. `precision`: 16 bits; the autoencoder in 32 (--no-half-vae); all in 32 (--no-half); FP8
 * weights.
 */
export type Change =
  | { readonly what: 'attention'; readonly to: AttentionName }
  | { readonly what: 'vram-mode'; readonly to: 'none' | 'medvram' | 'lowvram' }
  | { readonly what: 'precision'; readonly to: 'half' | 'no-half-vae' | 'no-half' | 'fp8' }
  | { readonly what: 'batch-cond-uncond'; readonly to: boolean }
  /** A live preview that is not decoded in full. */
  | { readonly what: 'live-preview'; readonly to: 'light' };

/** `no-change`: it is set so already. */
export type NoAnswer = WhyNot | 'no-change';

export interface SetUpNow {
  readonly key: Environment['key'];
  readonly traits: HostTraits;
  readonly device: Pick<HostDevice, 'backend' | 'name'> | null;
}

const RESIDENT: Readonly<Record<Extract<Change, { what: 'vram-mode' }>['to'], Resident>> = {
  none: 'all',
  medvram: 'network',
  lowvram: 'blocks',
};
const PRECISIONS = {
  half: { dtype: 'float16', dtype_unet: 'float16', dtype_vae: 'float16', fp8: 'False' },
  'no-half-vae': { dtype: 'float16', dtype_unet: 'float16', dtype_vae: 'float32', fp8: 'False' },
  'no-half': { dtype: 'float32', dtype_unet: 'float32', dtype_vae: 'float32', fp8: 'False' },
  fp8: { dtype: 'float16', dtype_unet: 'float16', fp8: 'True' },
} as const;

type Reported = Pick<SetUpNow, 'key' | 'traits'>;

/** The set-up as it would report itself, but for its weights. */
function changed({ key, traits }: Reported, change: Change): Reported {
  switch (change.what) {
    case 'attention':
      return { key: { ...key, attention: change.to }, traits: { ...traits, attention: ATTENTION_KINDS[change.to] } };
    case 'vram-mode':
      return { key: { ...key, vram_mode: change.to }, traits: { ...traits, resident: RESIDENT[change.to] } };
    case 'precision':
      return { key: { ...key, ...PRECISIONS[change.to] }, traits };
    case 'batch-cond-uncond':
      return {
        key: { ...key, batch_cond_uncond: change.to ? 'True' : 'False' },
        traits: { ...traits, condUncondBatched: change.to },
      };
    case 'live-preview':
      return { key: { ...key, live_preview: change.to }, traits };
  }
}

/** The key that the set-up would have. */
export function keyAfter(now: SetUpNow, changes: readonly Change[]): Environment['key'] {
  return changes.reduce<Reported>(changed, now).key;
}

/**
 * A fit of the set-up with those changes, one after the other: worked out, as one that nothing was run on.
 * @param measured what is in force now: laws that its runs have told hold for the card, however it is set up, and so
 *   does how far it strays from the replay.
 */
export function whatIf(now: SetUpNow, changes: readonly Change[], measured: Fit | null = null): Result<Fit, NoAnswer> {
  const device = now.device;
  const { key, traits } = changes.reduce<Reported>(changed, now);
  // What is undone may be all that keeps the networks from being known, and it moves no weights.
  const known = { ...now.key, live_preview: key['live_preview'] ?? 'light' };
  const before = toldBy(known, device?.backend ?? 'cuda');
  if (!before.ok) return before;
  const after = toldBy(key, device?.backend ?? 'cuda');
  if (!after.ok) return after;
  const residents = [now.traits.resident ?? 'all', traits.resident ?? 'all'] as const;
  const isSame =
    JSON.stringify(before.value) === JSON.stringify(after.value) &&
    now.key['live_preview'] === key['live_preview'] &&
    residents[0] === residents[1] &&
    now.traits.condUncondBatched === traits.condUncondBatched;
  if (isSame) return { ok: false, reason: 'no-change' };
  // What the WebUI has on the card beside the weights stays; of weights that come and go nothing tells how many they
  // are.
  const { staticMiB, slackMiB: countedMiB, ...rest } = traits;
  const isKnown = staticMiB !== null && residents.every((resident) => resident === 'all');
  const besidesMiB = isKnown ? staticMiB - weightsMiB(before.value) : null;
  const weightsNow = besidesMiB === null ? null : weightsMiB(after.value) + besidesMiB;
  const otherSlackMiB =
    countedMiB === undefined
      ? {}
      : {
          slackMiB: Math.max(
            0,
            countedMiB - idleSlackMiB(before.value, residents[0]) + idleSlackMiB(after.value, residents[1]),
          ),
        };
  const { card } = hintsOf(device === null ? { key } : { key, device });
  const fit = fitOfNetworks(after.value, { ...rest, ...otherSlackMiB, staticMiB: weightsNow }, card);
  if (fit === null) return { ok: false, reason: 'other-weights' };
  const replay = fit.replay === null ? null : ofLawsToldBy(measured, fit.replay);
  return { ok: true, value: { ...fit, traits, replay } };
}
