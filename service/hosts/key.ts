/** What of a WebUI's facts moves its memory curve. Stored runs are found again by it: a name or value never changes. */
import type { WebuiNames } from '../networks/families/family.ts';
import { FAMILIES, FAMILY_NAMES } from '../networks/families/registry.ts';
import type { HostDevice } from '../protocol/host.ts';
import type { Facts } from '../protocol/shim.ts';
import { CONDITIONING_FACTS, conditioningIn } from './conditioning.ts';
import { isThere, isTrue } from './facts.ts';

export const TOKEN_MERGING = ['token_merging_ratio', 'token_merging_ratio_img2img', 'token_merging_ratio_hr'] as const;

/** How PyTorch's allocator is set up, on a CUDA card and on others too. The first that is set is in force. */
export const CUDA_ALLOCATOR = ['PYTORCH_CUDA_ALLOC_CONF', 'PYTORCH_ALLOC_CONF'] as const;
export const ALLOCATOR = [...CUDA_ALLOCATOR, 'PYTORCH_HIP_ALLOC_CONF'] as const;

/** Options that are taken as they stand. */
const OPTIONS = [
  'sd_vae',
  'sd_unet',
  'upcast_attn',
  'batch_cond_uncond',
  'pad_cond_uncond',
  'pad_cond_uncond_v0',
  ...TOKEN_MERGING,
  'hypertile_enable_unet',
  'hypertile_enable_unet_secondpass',
  'hypertile_max_depth_unet',
  'hypertile_max_tile_unet',
  'hypertile_swap_size_unet',
  'hypertile_enable_vae',
  'hypertile_max_depth_vae',
  'hypertile_max_tile_vae',
  'hypertile_swap_size_vae',
  'sd_vae_encode_method',
  'sd_vae_decode_method',
  'cache_fp16_weight',
  'sd_checkpoints_limit',
  'ESRGAN_tile',
  'DAT_tile',
];
const DEVICES = ['dtype', 'dtype_unet', 'dtype_vae', 'dtype_inference', 'fp8', 'unet_needs_upcast'];
interface FamilyWords extends Pick<WebuiNames, 'flag' | 'medvram'> {
  readonly name: string;
}

/** Of a checkpoint; most particular first: an SSD is also an SDXL. Of the first two no networks are known. */
const FAMILY_WORDS: readonly FamilyWords[] = [
  { name: 'sd3', flag: 'is_sd3', medvram: null },
  { name: 'ssd', flag: 'is_ssd', medvram: 'medvram_sdxl' },
  ...FAMILY_NAMES.map((name) => ({ name, ...FAMILIES[name].webui })).reverse(),
];
const CHANNELS_LAST = 'flags:opt_channelslast';

/** Name in the key to the fact that it is. */
const TAKEN: ReadonlyMap<string, string> = new Map([
  ...DEVICES.map((name) => [name, `modules.devices:${name}`] as const),
  ...OPTIONS.map((name) => [name, `opts:${name}`] as const),
  ...ALLOCATOR.map((name) => [name, `environ:${name}`] as const),
]);

export const KEY_FACTS: readonly string[] = [
  ...TAKEN.values(),
  ...FAMILY_WORDS.map(({ flag }) => `model:${flag}`),
  ...CONDITIONING_FACTS,
  'torch:__version__',
  'flags:lowvram',
  'flags:medvram',
  ...FAMILY_WORDS.flatMap(({ medvram }) => (medvram === null ? [] : [`flags:${medvram}`])),
  CHANNELS_LAST,
  'opts:live_previews_enable',
  'opts:show_progress_type',
];

/** The allocator's set-up that is in force by a key; null where it has none. */
export function allocConfIn(key: Readonly<Record<string, string>>): string | null {
  return ALLOCATOR.map((name) => key[name]).find((value) => value !== undefined) ?? null;
}

export function keyOf(facts: Facts, device: HostDevice, attention: string): Record<string, string> {
  const family = FAMILY_WORDS.find(({ flag }) => isTrue(facts[`model:${flag}`])) ?? null;
  const key: Record<string, string> = {
    device: device.uuid ?? device.busId ?? device.name,
    torch: facts['torch:__version__'] ?? 'unknown',
    family: familyAndConditioning(facts, family),
    vram_mode: vramModeOf(facts, family),
    attention,
    live_preview: livePreviewOf(facts),
  };
  for (const [name, fact] of TAKEN) {
    const value = facts[fact];
    if (isThere(value)) key[name] = DEVICES.includes(name) ? value.replace(/^torch\./, '') : value;
  }
  // Where it is off it is left out, as it was before it was asked for.
  if (isTrue(facts[CHANNELS_LAST])) key['opt_channelslast'] = 'True';
  return key;
}

/** Inpainting and instruct models encode an image before they sample. */
function familyAndConditioning(facts: Facts, family: FamilyWords | null): string {
  const name = family?.name ?? 'unknown';
  const conditioning = conditioningIn(facts);
  return conditioning === null ? name : `${name} ${conditioning}`;
}

function vramModeOf(facts: Facts, family: FamilyWords | null): string {
  if (isTrue(facts['flags:lowvram'])) return 'lowvram';
  const own = family?.medvram ?? null;
  return isTrue(facts['flags:medvram']) || (own !== null && isTrue(facts[`flags:${own}`])) ? 'medvram' : 'none';
}

/** Only a full decode costs memory worth telling apart. */
function livePreviewOf(facts: Facts): string {
  return isTrue(facts['opts:live_previews_enable']) && facts['opts:show_progress_type'] === 'Full' ? 'Full' : 'light';
}
