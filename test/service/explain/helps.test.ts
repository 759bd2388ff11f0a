/** What helps by the text alone: cases as people pasted them, then what each remedy hangs on. */
import { expect, test } from '@jest/globals';
import { atOnce } from '../../../service/base/steps.ts';
import { explainText } from '../../../service/explain/explain.ts';
import type { TextRemedy } from '../../../service/protocol/explanation.ts';

function helps(text: string): readonly TextRemedy[] {
  const found = atOnce(explainText(text, null));
  if (!found.ok) throw new Error(found.reason);
  return found.value.remedies;
}

const codes = (text: string): string[] => helps(text).map(({ code }) => code);

/** Tried, in all, allocated, free, reserved. */
type Figures = readonly [string, string, string, string, string];

function old([tried, total, allocated, free, reserved]: Figures): string {
  return `RuntimeError: CUDA out of memory. Tried to allocate ${tried} (GPU 0; ${total} total capacity; ${allocated} already allocated; ${free} free; ${reserved} reserved in total by PyTorch)`;
}

/** `unallocated` in place of what is reserved. */
function recent([tried, total, allocated, free, unallocated]: Figures): string {
  return `torch.OutOfMemoryError: CUDA out of memory. Tried to allocate ${tried}. GPU 0 has a total capacity of ${total} of which ${free} is free. Of the allocated memory ${allocated} is allocated by PyTorch, and ${unallocated} is reserved by PyTorch but unallocated.`;
}

function traced(error: string, ...frames: string[]): string {
  const lines = frames.map((name) => `  File "modules/x.py", line 1, in ${name}\n    x()`);
  return ['Traceback (most recent call last):', ...lines, error].join('\n');
}

const FULL: Figures = ['1.00 GiB', '8.00 GiB', '6.50 GiB', '200.00 MiB', '6.90 GiB'];

const NAN = 'modules.devices.NansException: A tensor with all NaNs was produced in';
const NARROW_VAE =
  "This could be because there's not enough precision to represent the picture. Try adding --no-half-vae commandline argument to fix this.";
const NARROW_UNET =
  'Try setting the "Upcast cross attention layer to float32" option in Settings > Stable Diffusion or using the --no-half commandline argument to fix this.';
const UNCHECKED = 'Use --disable-nan-check commandline argument to disable this check.';

test.each<[string, string, string[]]>([
  [
    'scores in one piece',
    old(['58.07 GiB', '12.00 GiB', '2.56 GiB', '6.11 GiB', '3.60 GiB']),
    ['attention', 'smaller-size'],
  ],
  [
    'hires fix at its limit',
    old(['4.02 GiB', '12.00 GiB', '6.06 GiB', '2.27 GiB', '7.45 GiB']),
    ['vram-mode', 'smaller-size'],
  ],
  [
    'over 1000 squared',
    old(['3.75 GiB', '8.00 GiB', '5.89 GiB', '0 bytes', '6.00 GiB']),
    ['vram-mode', 'smaller-size'],
  ],
  ['7 GiB free', old(['512.00 MiB', '12.00 GiB', '2.56 GiB', '7.20 GiB', '2.59 GiB']), ['paging-file']],
  [
    'others in the way',
    old(['1.00 GiB', '24.00 GiB', '4.00 GiB', '0 bytes', '4.20 GiB']),
    ['close-programs', 'smaller-size'],
  ],
  [
    'pieces',
    recent(['1.00 GiB', '8.00 GiB', '4.00 GiB', '512.00 MiB', '2.50 GiB']),
    ['expandable-segments', 'smaller-size'],
  ],
  [
    'pieces, before torch 2.1',
    old(['1.00 GiB', '8.00 GiB', '4.00 GiB', '512.00 MiB', '6.50 GiB']),
    ['restart-webui', 'smaller-size'],
  ],
  ['the decode', traced(old(FULL), 'decode_first_stage'), ['vram-mode', 'tiled-vae', 'smaller-size']],
  ['the second pass', traced(old(FULL), 'sample_hr_pass', 'apply_model'), ['vram-mode', 'smaller-hires']],
  [
    'weights that come and go',
    traced(old(FULL), 'send_me_to_gpu', 'decode_first_stage'),
    ['tiled-vae', 'smaller-size'],
  ],
  ['weights that are loaded', traced(old(FULL), 'load_model_weights'), ['vram-mode']],
  ['no figures', 'RuntimeError: CUDA out of memory.', ['smaller-size']],
  [
    'RAM',
    'RuntimeError: [enforce fail at alloc_cpu.cpp:75] data. DefaultCPUAllocator: not enough memory: you tried to allocate 1048576 bytes.',
    ['fewer-checkpoints'],
  ],
  [
    'RAM on Windows',
    String.raw`RuntimeError: [enforce fail at ..\c10\core\impl\alloc_cpu.cpp:72] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9437184 bytes.`,
    ['paging-file', 'fewer-checkpoints'],
  ],
  ['RAM on Linux', 'Out of memory: Killed process 4242 (python3)', ['fewer-checkpoints', 'tcmalloc']],
  ['NaN in the autoencoder', `${NAN} VAE. ${NARROW_VAE} ${UNCHECKED}`, ['revert-vae', 'float-vae']],
  ['NaN in the denoising network', `${NAN} Unet. ${NARROW_UNET} ${UNCHECKED}`, ['upcast-attention', 'float-unet']],
  ['NaN in 32 bits, of which the WebUI names no flag', `${NAN} VAE. ${UNCHECKED}`, []],
  ['NaN in a network that is cut off', `${NAN} VAE.`, ['revert-vae', 'float-vae']],
])('%s', (_what, text, expected) => {
  expect(codes(text)).toEqual(expected);
});

test('a saving is what the text has, and else not known', () => {
  const savings = (text: string) => helps(text).map(({ code, savesMiB }) => [code, savesMiB]);
  expect(savings(old(['1.00 GiB', '24.00 GiB', '4.00 GiB', '0 bytes', '4.20 GiB']))).toEqual([
    ['close-programs', 19_251.2],
    ['smaller-size', null],
  ]);
  expect(savings(recent(['1.00 GiB', '8.00 GiB', '4.00 GiB', '512.00 MiB', '2.50 GiB']))[0]).toEqual([
    'expandable-segments',
    2560,
  ]);
});

test('segments that grow are not named where torch has none: on Windows', () => {
  const text = `C:\\webui> ${recent(['1.00 GiB', '8.00 GiB', '4.00 GiB', '512.00 MiB', '2.50 GiB'])}`;
  expect(codes(text)).toEqual(['restart-webui', 'smaller-size']);
});
