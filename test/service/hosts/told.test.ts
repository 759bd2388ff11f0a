import { describe, expect, test } from '@jest/globals';
import { recordedNames, recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { toldBy } from '../../../service/hosts/told.ts';

const keyOf = (name: string): Record<string, string> => ({ ...recordedTable(name).host.key });
const KEY = keyOf('sd1-sdp');

describe('what a set-up says of its networks', () => {
  test.each(recordedNames())('all that a replay must know is in the key of %s', (name) => {
    expect(toldBy(keyOf(name), 'cuda')).toMatchObject({ ok: true });
  });

  test('an older WebUI has fewer options, and the usual is meant', () => {
    const { family, attention, dtype_unet, dtype_vae, vram_mode } = KEY;
    const old = { family, attention, dtype_unet, dtype_vae, vram_mode, torch: 'unknown' } as Record<string, string>;
    expect(toldBy(old, 'cuda')).toMatchObject({ ok: true, value: { family: 'sd1', torch: null } });
  });

  test.each([
    ['unknown-family', { family: 'sd3' }],
    ['unknown-family', { family: 'ssd' }],
    ['unknown-family', { family: 'unknown' }],
    ['unknown-conditioning', { family: 'sd2 crossattn-adm' }],
    ['unknown-conditioning', { family: 'sd2 depth' }],
    ['unknown-conditioning', { family: 'sd1 edit' }],
    ['unknown-precision', { dtype_unet: 'float8_e4m3fn' }],
    ['unknown-precision', { dtype_vae: 'float16', dtype_unet: 'float32' }],
    ['unknown-attention', { attention: 'sdp-no-mem' }],
    ['unknown-attention', { attention: 'unknown' }],
    ['other-unet', { sd_unet: '[TRT] v1-5' }],
    ['hypertile', { hypertile_enable_unet: 'True' }],
    ['token-merging', { token_merging_ratio: '0.5' }],
    ['approximate-vae', { sd_vae_decode_method: 'TAESD' }],
    ['full-live-preview', { live_preview: 'Full' }],
    ['other-allocator', { PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' }],
  ])('%s: %j', (reason, change) => {
    expect(toldBy({ ...KEY, ...change }, 'cuda')).toEqual({ ok: false, reason });
  });

  test.each([
    ['sd1', 'prompt'],
    ['sd1 hybrid', 'inpainting'],
    ['sdxl hybrid', 'inpainting'],
  ])('%s: conditioned by %s', (family, conditioning) => {
    expect(toldBy({ ...KEY, family }, 'cuda')).toMatchObject({ ok: true, value: { conditioning } });
  });

  test("other makers' kernels and RAM are not known", () => {
    expect(toldBy(KEY, 'rocm')).toEqual({ ok: false, reason: 'other-backend' });
    expect(toldBy(KEY, 'cpu')).toEqual({ ok: false, reason: 'other-backend' });
  });
});
