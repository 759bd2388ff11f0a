/** What a program asks by a query is what a page would say of its sliders. */
import { describe, expect, test } from '@jest/globals';
import { settingsIn } from '../../../../service/server/program/query.ts';
import type { Upscaler } from '../../../../service/protocol/host.ts';

const UPSCALERS: readonly Upscaler[] = [
  { name: 'Latent', kind: 'latent' },
  { name: 'R-ESRGAN 4x+', kind: 'image' },
];

const read = (query: string, usualPx: number | null = null) => settingsIn(query, UPSCALERS, usualPx);

test('width and height are enough: one picture, without hires fix', () => {
  expect(read('width=768&height=512')).toEqual({
    ok: true,
    value: { operation: 'txt2img', width: 768, height: 512, batchSize: 1, hires: null },
  });
});

test('a picture from a picture is another operation; Python writes its switches with a capital', () => {
  expect(read('width=512&height=512&batch_size=4&img2img=True')).toMatchObject({
    value: { operation: 'img2img', batchSize: 4 },
  });
});

test('hires fix arrives where the WebUI does: by its scale, or at the size that is named', () => {
  const first = 'width=512&height=768&enable_hr=true';
  expect(read(first)).toMatchObject({
    value: { operation: 'hires_latent', hires: { width: 1024, height: 1536, upscaler: 'Latent' } },
  });
  expect(read(`${first}&hr_scale=1.5&hr_upscaler=R-ESRGAN+4x%2B`)).toMatchObject({
    value: { operation: 'hires_image', hires: { width: 768, height: 1152, upscaler: 'R-ESRGAN 4x+' } },
  });
  expect(read(`${first}&hr_resize_x=1024&hr_resize_y=1024`)).toMatchObject({
    value: { hires: { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1536 } },
  });
});

test('where only the shape counts the usual one is taken, unless a side is named', () => {
  expect(read('', 512)).toMatchObject({ value: { width: 512, height: 512 } });
  expect(read('width=640', 512)).toEqual({ ok: false, reason: { code: 'not-given', name: 'height' } });
});

describe('what is wrong is named', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['height=512', { code: 'not-given', name: 'width' }],
    ['width=x&height=512', { code: 'not-a-number', name: 'width' }],
    ['width=-1&height=512', { code: 'not-in-range', name: 'width', least: 1, most: 16_384 }],
    ['width=512.5&height=512', { code: 'not-a-number', name: 'width' }],
    ['width=1e3&height=512', { code: 'not-a-number', name: 'width' }],
    ['width=99999999&height=512', { code: 'not-in-range', name: 'width', least: 1, most: 16_384 }],
    [
      'width=9&height=9&enable_hr=1&hr_resize_x=-1',
      { code: 'not-in-range', name: 'hr_resize_x', least: 0, most: 16_384 },
    ],
    ['width=16385&height=512', { code: 'not-in-range', name: 'width', least: 1, most: 16_384 }],
    ['width=9&height=9&batch_size=257', { code: 'not-in-range', name: 'batch_size', least: 1, most: 256 }],
    ['width=9&height=9&enable_hr=1&hr_scale=1000', { code: 'not-in-range', name: 'hr_scale', least: 1, most: 16 }],
    ['width=512&width=512&height=512', { code: 'twice', name: 'width' }],
    ['width=512&height=512&img2img=perhaps', { code: 'not-a-switch', name: 'img2img' }],
    ['width=512&height=512&img2img=constructor', { code: 'not-a-switch', name: 'img2img' }],
    ['width=512&height=512&hr_scale=2', { code: 'needs-hires', name: 'hr_scale' }],
    ['width=512&height=512&enable_hr=1&img2img=1', { code: 'hires-from-a-picture' }],
    ['width=512&height=512&enable_hr=1&hr_upscaler=x', { code: 'no-such-upscaler', known: ['Latent', 'R-ESRGAN 4x+'] }],
  ];
  test.each(cases)('%s', (query, reason) => {
    expect(read(query)).toEqual({ ok: false, reason });
  });

  test('a parameter that is not known, with those that are', () => {
    expect(read('width=512&height=512&batch=4')).toMatchObject({
      reason: { code: 'unknown-parameter', name: 'batch', known: expect.arrayContaining(['batch_size']) },
    });
    expect(read(`${'p'.repeat(500)}=1`)).toMatchObject({ reason: { name: 'p'.repeat(40) } });
  });
});
