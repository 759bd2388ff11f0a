import { describe, expect, test } from '@jest/globals';
import { extrasOf, isBatched } from '../../../service/hosts/company.ts';
import { settingsOf } from '../../../service/hosts/settings.ts';
import { settingsOf as plain } from '../model/synthetic-host.ts';
import { ALONE, fieldsOf } from './as-shim.ts';

const TICKED = { value: 'True', on: null };

test("a person's run is unlike a benchmark's for other extensions, networks and pictures, named without what they were told", () => {
  const scripts = [
    ['ControlNet', '/ext/controlnet.py'],
    ['ADetailer', '/ext/adetailer.py'],
    ['Refiner', '/webui/modules/processing_scripts/refiner.py'],
    ['Seed', String.raw`C:\webui\modules\processing_scripts\seed.py`],
    ['Headroom', '/ext/headroom.py'],
  ].map(([title = '', file = '']) => ({ title, file, handed: [TICKED] }));
  const facts = {
    tiling: 'True',
    restore_faces: 'False',
    image_mask: '<Image>',
    mask: '<Tensor>',
    'init_images#': '2',
  };
  const company = { ...ALONE, scripts, chosenScript: 'X/Y/Z plot', networks: { lora: 2, hypernet: 0 } };
  expect(extrasOf(facts, company, {}, [])).toEqual([
    'inpaint',
    'lora: 2',
    'script ADetailer',
    'script ControlNet',
    'script X/Y/Z plot',
    'several images',
    'tiling',
  ]);
});

describe('another extension takes part', () => {
  const takesPart = (...handed: { value: string; on: boolean | null }[]) =>
    extrasOf({}, { ...ALONE, scripts: [{ title: 'X', file: '/ext/x.py', handed }] }, {}).length > 0;

  test('where its first control is ticked, and not where another one is told first', () => {
    expect(takesPart(TICKED)).toBe(true);
    expect(takesPart({ value: 'False', on: null })).toBe(false);
    expect(takesPart({ value: '<str>', on: null })).toBe(false);
    expect(takesPart()).toBe(false);
  });

  test('where one of the objects that it is handed says so, as a unit of ControlNet', () => {
    const unit = (on: boolean) => ({ value: '<UiControlNetUnit>', on });
    expect(takesPart(unit(false), unit(true))).toBe(true);
    expect(takesPart(unit(false), unit(false))).toBe(false);
    expect(takesPart({ value: 'False', on: null }, unit(true))).toBe(true);
  });

  test('where a program put a dictionary in the place of the switch, unless that says otherwise', () => {
    expect(takesPart({ value: '<dict>', on: null })).toBe(true);
    expect(takesPart({ value: '<dict>', on: false })).toBe(false);
    expect(takesPart({ value: 'False', on: null }, { value: '<dict>', on: false })).toBe(false);
  });
});

test('a LoRA that is not merged into the weights is told apart from one that is', () => {
  const company = { ...ALONE, networks: { lora: 2, hypernet: 1 } };
  expect(extrasOf({}, company, { 'opts:lora_functional': 'True' })).toEqual(['hypernet: 1', 'lora, not merged: 2']);
  expect(extrasOf({}, company, { 'opts:lora_functional': 'False' })).toEqual(['hypernet: 1', 'lora: 2']);
});

test('what makes an operation of its own is no extra, nor is another fact that tells of the same', () => {
  const facts = { image_mask: '<Image>', mask: '<Tensor>', tiling: 'True' };
  expect(extrasOf(facts, ALONE, {}, ['image_mask'])).toEqual(['tiling']);
  expect(extrasOf(facts, ALONE, {}, [])).toEqual(['inpaint', 'tiling']);
});

describe('prompt and negative prompt', () => {
  test.each<[readonly number[] | null, Record<string, string>, boolean | null, boolean | null]>([
    [[77, 77], {}, true, true],
    [[77, 154], {}, true, false],
    [[77, 154], { 'opts:pad_cond_uncond': 'True' }, true, true],
    [[77, 77], {}, false, false],
    [[77, 77], {}, null, null],
    [null, {}, true, null],
  ])('of lengths %j, with %j and the setting %p, go together: %p', (lengths, webui, setting, expected) => {
    expect(isBatched(setting, webui, lengths === null ? null : [...lengths])).toBe(expected);
  });
});

describe("a generation's fields", () => {
  test('are its settings, cropping told apart from what the upscaler works on', () => {
    const hires = { width: 400, height: 600, uncroppedWidth: 600, uncroppedHeight: 600, upscaler: 'Lanczos' };
    const settings = { operation: 'hires_image' as const, width: 256, height: 256, batchSize: 2, hires };
    expect(settingsOf(fieldsOf(settings))).toEqual(settings);
  });

  test('go by the class: SD.Next has those of img2img on all', () => {
    expect(settingsOf({ ...fieldsOf(plain('img2img', 512, 512, 1)), enable_hr: 'True' })?.operation).toBe('img2img');
    expect(settingsOf({ ...fieldsOf(plain('txt2img', 512, 512, 1)), 'init_images#': '1' })?.operation).toBe('txt2img');
  });

  test.each(['0', '-8', '20000', '512.5', 'True', '512.0'])('are none with a width of %s', (width) => {
    expect(settingsOf({ ...fieldsOf(plain('txt2img', 512, 512, 1)), width })).toBeNull();
  });
});
