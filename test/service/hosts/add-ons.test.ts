import { describe, expect, test } from '@jest/globals';
import { addOnOf, addOnsIn, usualSizeIn } from '../../../service/hosts/add-ons.ts';

const idOf = (text: string) => addOnOf(text)?.id;

describe('an add-on has one id, whether a run, a page or a person names it', () => {
  // Left: what its script is called (`title()`), and so a run; right: the label above its controls.
  test.each([
    ['script ControlNet', 'ControlNet v1.1.455', 'controlnet'],
    ['script ADetailer', 'ADetailer', 'adetailer'],
    ['script Tiled VAE', 'Tiled VAE', 'tiledvae'],
    ['script Dynamic Thresholding (CFG Scale Fix)', 'Dynamic thresholding', 'dynamicthresholding'],
    ['script Soft Inpainting', 'Soft inpainting', 'softinpainting'],
    ['lora: 2', 'lora: 1', 'lora'],
    ['hires checkpoint', 'hires checkpoint', 'hirescheckpoint'],
  ])('%s and %s are %s', (run, page, id) => {
    expect([idOf(run), idOf(page)]).toEqual([id, id]);
  });

  test('and is shown without version, remark or number', () => {
    expect(addOnOf('ControlNet v1.1.455')?.name).toBe('ControlNet');
    expect(addOnOf('hypernet: 3')?.name).toBe('hypernet');
  });

  test.each(['', '  ', '()', '*** ', 'v1.2.3'])('%j names none', (text) => {
    expect(addOnOf(text)).toBeNull();
  });

  test('names in other scripts are names', () => {
    expect(idOf('テスト v2.0')).toBe('テスト');
  });
});

test('those that take memory are told once each, in one order; a LoRA is merged into the weights and takes none', () => {
  const found = addOnsIn(['script Tiled VAE', 'lora: 2', 'ControlNet v1.1.455', 'script ControlNet', 'lyco: 1', '!']);
  expect(found).toEqual([
    { id: 'controlnet', name: 'ControlNet' },
    { id: 'tiledvae', name: 'Tiled VAE' },
  ]);
  expect(addOnsIn(['lora, not merged: 2'])).toHaveLength(1);
});

describe('what an add-on usually takes', () => {
  const sizeOf = (name: string, key: Record<string, string>) => usualSizeIn({ id: name, name }, key);

  test('goes by the family of the checkpoint', () => {
    expect(sizeOf('controlnet', { family: 'sd1' })).toEqual({ lowMiB: 690, highMiB: 1536, takesLess: false });
    expect(sizeOf('controlnet', { family: 'sdxl' })?.highMiB).toBe(3072);
  });

  test('is said of each that many people use', () => {
    const known = ['script ControlNet', 'IP-Adapter', 'ADetailer', 'FreeU', 'Tiled VAE', 'refiner', 'face restoration'];
    expect(addOnsIn(known).filter((one) => usualSizeIn(one, { family: 'sd1' }) === null)).toEqual([]);
    expect(addOnsIn(known)).toHaveLength(known.length);
  });

  test('is not known of all, nor of checkpoints of other families', () => {
    expect(sizeOf('regionalprompter', { family: 'sd1' })).toBeNull();
    expect(sizeOf('constructor', { family: 'sd1' })).toBeNull();
    expect(sizeOf('controlnet', { family: 'sd3' })).toBeNull();
  });

  test('of a second checkpoint is its weights only where the WebUI may keep both', () => {
    expect(sizeOf('refiner', { family: 'sdxl' })?.highMiB).toBe(300);
    expect(sizeOf('refiner', { family: 'sdxl', sd_checkpoints_limit: '1' })?.highMiB).toBe(300);
    expect(sizeOf('hirescheckpoint', { family: 'sd1', sd_checkpoints_limit: '2' })?.highMiB).toBe(2300);
  });
});
