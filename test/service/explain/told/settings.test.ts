import { expect, test } from '@jest/globals';
import { settingsIn } from '../../../../service/explain/told/settings.ts';
import type { GenerationSettings } from '../../../../service/protocol/settings.ts';

const HERE = 1e6;
const read = (text: string): GenerationSettings | null => settingsIn(text, HERE)?.settings ?? null;
const plain = (width: number, height: number, batchSize: number): Partial<GenerationSettings> => ({
  operation: 'txt2img',
  width,
  height,
  batchSize,
  hires: null,
});

/** As the WebUI prints the request that failed, by its versions. */
const REQUESTS: readonly (readonly [string, string, Partial<GenerationSettings>])[] = [
  [
    '1.8 and newer',
    `*** Arguments: ('task(a)', <gradio.routes.Request object at 0x02>, 'a, [cat], (x:1.1)', 'it\\'s, [], 3', [], 2, 4, 7, 768, 512, False, 0.7, 2, 'Latent', 0, 0, 0, 'Use same checkpoint', 'Use same sampler', 'Use same scheduler', '', '', [], 0, 20, 'Euler a', 'Automatic', False) {}`,
    plain(512, 768, 4),
  ],
  [
    '1.6 and 1.7',
    `*** Arguments: ('task(a)', 'a girl', '', [], 25, 'DPM++ 2M SDE Karras', 1, 1, 7, 1024, 832, False, 0.7, 2, 'R-ESRGAN 4x+ Anime6B', 0, 0, 0, 'Use same checkpoint', 'Use same sampler', '', '', [], <gradio.routes.Request object at 0x02>, 0) {}`,
    plain(832, 1024, 1),
  ],
  [
    '1.0 to 1.5',
    `Arguments: ('task(a)', 'a wolf', '', [], 20, 0, False, False, 1, 2, 7, -1.0, -1.0, 0, 0, 0, False, 1024, 1024, False, 0.7, 2, 'Latent', 0, 0, 0, [], 0, False) {}`,
    plain(1024, 1024, 2),
  ],
  [
    'hires fix by a factor, broken by a terminal',
    `*** Arguments: ('task(a)', 'a', '', [], 1, 1, 7.5, 7\n68, 512, True, 0.7, 2, 'R-ESRGAN\n 4x+', 15, 0, 0, 'Use same checkpoint', 'Use') {}`,
    {
      operation: 'hires_image',
      width: 512,
      height: 768,
      batchSize: 1,
      hires: { width: 1024, height: 1536, uncroppedWidth: 1024, uncroppedHeight: 1536, upscaler: 'R-ESRGAN 4x+' },
    },
  ],
  [
    'hires fix to a size that is cropped',
    `Arguments: ('task(a)', 'a', '', [], 20, 0, False, False, 1, 1, 7, -1.0, -1.0, 0, 0, 0, False, 512, 512, True, 0.7, 2, 'Latent (bicubic)', 0, 1024, 768, [], 0) {}`,
    {
      operation: 'hires_latent',
      hires: { width: 1024, height: 768, uncroppedWidth: 1024, uncroppedHeight: 1024, upscaler: 'Latent (bicubic)' },
    },
  ],
];

test.each(REQUESTS)('the request that failed is read as %s prints it', (_version, text, settings) => {
  expect(read(text)).toMatchObject(settings);
  expect(settingsIn(text, HERE)?.ofTheFailure).toBe(true);
});

test('only a request before 1.6 is known to be one', () => {
  expect(REQUESTS.slice(0, 3).map(([, text]) => settingsIn(text, HERE)?.beforeV16)).toEqual([false, false, true]);
});

const PICTURE = 'a cat, Size: large\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 1024x768, Model: x';

test.each<[string, string, Partial<GenerationSettings>]>([
  ['txt2img', PICTURE, plain(1024, 768, 1)],
  ['a batch', `${PICTURE}, Batch size: 4, Batch pos: 0`, plain(1024, 768, 4)],
  ['img2img', `${PICTURE}, Denoising strength: 0.75`, { operation: 'img2img' }],
  [
    'hires fix',
    `${PICTURE}, Denoising strength: 0.5, Hires upscale: 2, Hires upscaler: 4x-UltraSharp`,
    { operation: 'hires_image', hires: expect.objectContaining({ width: 2048, height: 1536 }) as never },
  ],
  [
    'hires fix to a width',
    `${PICTURE}, Hires resize: 1536x0, Hires upscaler: Latent`,
    { operation: 'hires_latent', hires: expect.objectContaining({ width: 1536, height: 1152 }) as never },
  ],
])('the parameters of a picture are read: %s', (_what, text, settings) => {
  expect(read(text)).toMatchObject(settings);
  expect(settingsIn(text, HERE)).toMatchObject({ ofTheFailure: false, beforeV16: null });
});

test('the request counts before the parameters, the last request before the error, and none behind it', () => {
  const [, , now] = REQUESTS.slice(0, 3).map(([, text]) => text);
  const before = `${PICTURE}\n${REQUESTS[0]?.[1] ?? ''}\nOOM\n${now ?? ''}\n`;
  expect(read(before)).toMatchObject(plain(1024, 1024, 2));
  expect(settingsIn(before, before.indexOf('OOM'))?.settings).toMatchObject(plain(512, 768, 4));
});

test.each([
  ['nothing', 'CUDA out of memory'],
  ['a size in words', 'I use Size: big'],
  ['what was painted into', `${PICTURE}, Denoising strength: 0.75, Mask blur: 4`],
  ['sizes that no picture has', 'Steps: 20, Size: 0x0'],
  ['a request of another kind', "Arguments: ('task(a)', 'a', 3) {}"],
])('%s tells of no settings', (_what, text) => {
  expect(read(text)).toBeNull();
});
