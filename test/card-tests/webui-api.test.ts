import { expect, test } from '@jest/globals';
import { inflateSync } from 'node:zlib';
import { blackPng } from '../card/png.ts';
import { requestOf } from '../card/webui-api.ts';

const BASE = { width: 640, height: 512, batchSize: 2, hires: null };

test('txt2img is asked with its size and batch, and saves nothing', () => {
  const { path, body } = requestOf({ operation: 'txt2img', ...BASE });
  expect(path).toBe('sdapi/v1/txt2img');
  expect(body).toMatchObject({ width: 640, height: 512, batch_size: 2, save_images: false });
  expect(body).not.toHaveProperty('enable_hr');
});

test('hires fix is asked by the size that comes out', () => {
  const hires = { width: 1280, height: 1024, uncroppedWidth: 1280, uncroppedHeight: 1024, upscaler: 'Latent' };
  const { body } = requestOf({ operation: 'hires_latent', ...BASE, hires });
  expect(body).toMatchObject({ enable_hr: true, hr_upscaler: 'Latent', hr_resize_x: 1280, hr_resize_y: 1024 });
});

test('img2img starts from a picture of its size', () => {
  const { path, body } = requestOf({ operation: 'img2img', ...BASE });
  expect(path).toBe('sdapi/v1/img2img');
  const [picture] = body['init_images'] as string[];
  const png = Buffer.from((picture ?? '').replace('data:image/png;base64,', ''), 'base64');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 512]);
});

test('a black picture is a PNG whose lines hold as many samples as it is wide', () => {
  const png = blackPng(3, 2);
  const at = png.indexOf('IDAT');
  expect(inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))).toEqual(Buffer.alloc((1 + 9) * 2));
});
