import { expect, test } from '@jest/globals';
import { setUpIn, type ToldSetUp } from '../../../../service/explain/told/set-up.ts';

const told = (text: string): ToldSetUp => setUpIn(text, text.length);
const started = (flags: string): ToldSetUp['started'] => told(`Launching Web UI with arguments: ${flags}\n`).started;

test.each<[string, string, ToldSetUp['family']]>([
  ['the configuration', 'Creating model from config: C:\\sd\\configs\\v1-inference.yaml', 'sd1'],
  ['that of SD 2', 'Creating model from config: /sd/repositories/x/v2-inference-v.yaml', 'sd2'],
  ['that of SDXL', 'Creating model from config: /sd/repositories/x/sd_xl_base.yaml', 'sdxl'],
  ['one that is not known', 'Creating model from config: /sd/configs/sd3-inference.yaml', 'other'],
  [
    'the last of two',
    'Creating model from config: a/v1-inference.yaml\nCreating model from config: a/sd_xl_base.yaml',
    'sdxl',
  ],
  ['an official name', 'Loading weights [6ce0161689] from /sd/models/v1-5-pruned-emaonly.safetensors', 'sd1'],
  ['one of a picture', 'Size: 512x512, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Version: v1.6.0', 'sdxl'],
  ['any other name', 'Size: 512x512, Model: my-sdxl-mix-v1-5, Version: v1.6.0', null],
  ['none', 'CUDA out of memory', null],
])('the kind of network is told by %s', (_by, text, family) => {
  expect(told(text).family).toBe(family);
});

test.each<[string, string | null]>([
  ['Applying attention optimization: Doggettx... done.', 'Doggettx'],
  ['Applying attention optimization: sdp-no-mem... done.', 'sdp-no-mem'],
  ['Applying optimization: xformers... done.', 'xformers'],
  ['Applying cross attention optimization (Doggettx).', 'Doggettx'],
  ['Applying cross attention optimization (InvokeAI).', 'InvokeAI'],
  ['Applying xformers cross attention optimization.', 'xformers'],
  ['Applying scaled dot product cross attention optimization.', 'sdp'],
  ['Applying sub-quadratic cross attention optimization.', 'sub-quadratic'],
  ['Applying v1 cross attention optimization.', 'V1'],
  ['Applying sdp is fine', null],
])('attention is read from "%s"', (text, attention) => {
  expect(told(text).attention).toBe(attention);
});

test('flags tell modes, widths and attention; what the WebUI passes over first does not count', () => {
  expect(started('')).toEqual({ vramMode: 'none', medvramOf: null, unetBits: 16, vaeBits: 16, attention: null });
  expect(started('--medvram --lowvram --no-half-vae --xformers --opt-sdp-attention')).toMatchObject({
    vramMode: 'lowvram',
    vaeBits: 32,
    attention: 'xformers',
  });
  expect(started('--no-half --medvram-sdxl')).toMatchObject({
    unetBits: 32,
    vaeBits: 32,
    vramMode: 'medvram',
    medvramOf: 'sdxl',
  });
  expect(told('Applying xformers cross attention optimization.').started).toBeNull();
});

test('versions and the card are read, and torch’s version is not the WebUI’s', () => {
  const text =
    'version: v1.9.4  •  python: 3.10.6  •  torch: 2.1.2+cu121\nNVIDIA GeForce RTX 3060 Laptop GPU, 6144 MiB';
  expect(told(text)).toMatchObject({
    webuiVersion: 'v1.9.4',
    torch: '2.1.2',
    cardName: 'NVIDIA GeForce RTX 3060 Laptop GPU',
    isOther: false,
  });
  expect(told('torch version: 1.13.1').webuiVersion).toBeNull();
});

test.each([
  'File "/sd/modules_forge/main_thread.py", line 30, in work',
  'File "C:\\ComfyUI_windows\\ComfyUI\\execution.py", line 1',
  'Version: f2.0.1v1.10.1-previous-313-g8a042934',
  'Launching Web UI with arguments: --upcast-sampling',
  'Launching Web UI with arguments: --precision full',
])('another program, or one whose flags are not replayed, is told: %s', (text) => {
  expect(told(text).isOther).toBe(true);
});

test('full precision is as --no-half has it where that is there too', () => {
  expect(told('Launching Web UI with arguments: --precision full --no-half').isOther).toBe(false);
});
