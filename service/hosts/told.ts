/**
 * What a set-up says of its networks, as far as they are known to be replayed without any run; or why they are not. Of
 * what an older WebUI has no name for, that is not in its key, the usual is meant.
 */
import type { Family } from '../networks/families/registry.ts';
import type { Result } from '../base/result.ts';
import type { Conditioning } from '../operations/kind.ts';
import type { NotReplayed } from '../protocol/calibration.ts';
import type { Backend, Environment } from '../protocol/host.ts';
import { isTrue } from './facts.ts';
import { CUDA_ALLOCATOR, TOKEN_MERGING } from './key.ts';
import { conditioningOf, familyOf, torchOf, type TorchVersion } from './key-words.ts';

type Bits = 16 | 32;

/** A1111's names of the optimisations whose allocations are known; '' of 'unfused' is `None`. */
const ATTENTIONS = ['sdp', 'xformers', 'V1', 'None', 'sub-quadratic', 'Doggettx', 'InvokeAI'] as const;
export type AttentionName = (typeof ATTENTIONS)[number];

export interface ToldNetworks {
  readonly family: Family;
  readonly conditioning: Conditioning;
  /** Of a number in the denoising network, and in the autoencoder. */
  readonly unetBits: Bits;
  readonly vaeBits: Bits;
  readonly attention: AttentionName;
  readonly torch: TorchVersion | null;
  /** Linear and convolution weights are stored in 8 bits, those of the autoencoder left out. */
  readonly fp8: boolean;
  readonly upcastsAttention: boolean;
  readonly channelsLast: boolean;
}

/**
 * Why networks are not known well enough to be replayed unseen: no CUDA; another family, conditioning, precision or
 * attention; what replaces or changes them (TensorRT, hypertile, token merging, an approximate autoencoder, a full live
 * preview); PyTorch's allocator set up otherwise.
 */
export type NotTold = 'other-backend' | Exclude<NotReplayed, 'other-weights'>;

type Key = Environment['key'];

const BITS: Readonly<Record<string, Bits>> = { float16: 16, bfloat16: 16, float32: 32 };
const USUAL_UNETS = ['Automatic', 'None'];
/** Of the other attentions it is not known how they take 32 bits. */
const KNOWN_UPCAST: readonly (string | undefined)[] = ['sdp', 'Doggettx'];

export function toldBy(key: Key, backend: Backend): Result<ToldNetworks, NotTold> {
  if (backend !== 'cuda') return { ok: false, reason: 'other-backend' };
  const obstacle = obstacleIn(key);
  if (obstacle !== null) return { ok: false, reason: obstacle };
  const family = familyOf(key);
  if (family === null) return { ok: false, reason: 'unknown-family' };
  const conditioning = conditioningOf(key);
  if (conditioning === null) return { ok: false, reason: 'unknown-conditioning' };
  const [unetBits, vaeBits] = [BITS[key['dtype_unet'] ?? ''], BITS[key['dtype_vae'] ?? '']];
  if (unetBits === undefined || vaeBits === undefined || vaeBits < unetBits)
    return { ok: false, reason: 'unknown-precision' };
  const attention = ATTENTIONS.find((one) => one === key['attention']);
  if (attention === undefined) return { ok: false, reason: 'unknown-attention' };
  return {
    ok: true,
    value: { family, conditioning, unetBits, vaeBits, attention, torch: torchOf(key), ...variantIn(key) },
  };
}

function variantIn(key: Key): Pick<ToldNetworks, 'fp8' | 'upcastsAttention' | 'channelsLast'> {
  return {
    fp8: isTrue(key['fp8']),
    upcastsAttention: isTrue(key['upcast_attn']),
    channelsLast: isTrue(key['opt_channelslast']),
  };
}

function obstacleIn(key: Key): NotTold | null {
  const isOn = (name: string): boolean => isTrue(key[name]);
  if (isOn('unet_needs_upcast') || (isOn('fp8') && isOn('cache_fp16_weight'))) return 'unknown-precision';
  if (isOn('upcast_attn') && !KNOWN_UPCAST.includes(key['attention'])) return 'unknown-precision';
  if (key['sd_unet'] !== undefined && !USUAL_UNETS.includes(key['sd_unet'])) return 'other-unet';
  if (isOn('hypertile_enable_unet') || isOn('hypertile_enable_unet_secondpass') || isOn('hypertile_enable_vae'))
    return 'hypertile';
  if (TOKEN_MERGING.some(isOn)) return 'token-merging';
  if ((key['sd_vae_decode_method'] ?? 'Full') !== 'Full' || (key['sd_vae_encode_method'] ?? 'Full') !== 'Full')
    return 'approximate-vae';
  if (key['live_preview'] === 'Full') return 'full-live-preview';
  if (CUDA_ALLOCATOR.some((name) => (key[name] ?? '').trim() !== '')) return 'other-allocator';
  return null;
}
