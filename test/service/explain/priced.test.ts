/** A text that tells of settings and flags has remedies with a price. */
import { describe, expect, test } from '@jest/globals';
import { FAILURES, judgeLogs, logOf } from '../../../benchmarks/explain/logs.ts';
import { atOnce } from '../../../service/base/steps.ts';
import { explainText, type ExplainedText } from '../../../service/explain/explain.ts';
import type { DescribedSetUp } from '../../../service/hosts/described.ts';

function explained(text: string, own: DescribedSetUp | null = null): ExplainedText {
  const found = atOnce(explainText(text, own));
  if (!found.ok) throw new Error(found.reason);
  return found.value;
}

const CONFIG = 'Creating model from config: /sd/configs/v1-inference.yaml\n';
const START = 'Launching Web UI with arguments: --xformers\n';
const PICTURE = 'Steps: 20, Sampler: Euler a, Size: 1536x1536, Batch size: 4\n';
const ERROR =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 8.00 GiB total capacity; 6.40 ' +
  'GiB already allocated; 600.00 MiB free; 6.60 GiB reserved in total by PyTorch)';
const WHOLE = START + CONFIG + PICTURE + ERROR;
const OWN: DescribedSetUp = {
  family: 'sdxl',
  attention: 'sdp',
  vramMode: 'medvram',
  unetBits: 16,
  vaeBits: 32,
  card: { name: 'NVIDIA GeForce RTX 3070', totalMiB: 8191.5 },
  webuiVersion: 'v1.10.1',
  torch: '2.1.2+cu121',
};

/** Of each attention; `npm run bench:explain` has all. */
const SOME = FAILURES.filter((_, at) => at % 8 === 0);

test('errors of the real WebUI, with its start and request, are read right and priced, and the first remedy works', () => {
  const judged = judgeLogs(SOME);
  expect(judged.length).toBeGreaterThan(5);
  expect(judged.filter(({ isReadRight, firstWorks }) => !isReadRight || firstWorks !== true)).toEqual([]);
});

describe('a text with all of it', () => {
  const { remedies, pricing } = explained(WHOLE);

  test('has remedies with interval and verdict, for what it tells', () => {
    expect(pricing).toEqual({
      ok: true,
      value: {
        settings: { operation: 'txt2img', width: 1536, height: 1536, batchSize: 4, hires: null },
        family: 'SD 1',
        attention: 'xformers',
        vramMode: 'none',
        unet: 'half',
        vae: 'half',
        assumed: [],
        own: [],
      },
    });
    const priced = remedies.flatMap((one) => (one.priced === null ? [] : [one.priced]));
    expect(priced.length).toBeGreaterThan(1);
    for (const { verdict, savesMiB } of priced) {
      expect(verdict).toBe('fits');
      expect(savesMiB?.lowMiB).toBeGreaterThan(0);
      expect(savesMiB?.highMiB).toBeGreaterThan(savesMiB?.valueMiB ?? Infinity);
    }
  });

  test('names each by its first step, with as much as it saves at the most, and nothing that was judged twice', () => {
    for (const { code, savesMiB, priced } of remedies)
      if (priced !== null) {
        expect(code).toBe(priced.steps[0]?.change.code);
        expect(savesMiB).toBe(priced.savesMiB?.highMiB);
      }
    const bare = remedies.filter(({ priced }) => priced === null).map(({ code }) => code);
    expect(bare).not.toContain('smaller-size');
    expect(bare).not.toContain('vram-mode');
  });
});

test('what takes away the cause comes before what the replay prices, and what it cannot judge after', () => {
  const others = ERROR.replace('6.40 GiB', '3.90 GiB').replace('6.60 GiB', '4.00 GiB').replace('Tried', 'Tried');
  const codes = explained(START + CONFIG + PICTURE + others).remedies.map(({ code, priced }) => [
    code,
    priced !== null,
  ]);
  expect(codes[0]).toEqual(['close-programs', false]);
  expect(codes[1]?.[1]).toBe(true);
});

test.each<[string, string, string]>([
  ['the size', START + CONFIG + ERROR, 'settings'],
  ['the kind of network', START + PICTURE + ERROR, 'family'],
  ['how the WebUI was started', CONFIG + PICTURE + ERROR, 'flags'],
  ['what the card had free', START + CONFIG + PICTURE + 'RuntimeError: CUDA error: out of memory', 'figures'],
])('a text that does not tell %s keeps remedies without a price', (_what, text, reason) => {
  const { pricing, remedies } = explained(text);
  expect(pricing).toEqual({ ok: false, reason });
  expect(remedies.every(({ priced }) => priced === null)).toBe(true);
});

test.each<[string, string, string]>([
  ['another program', WHOLE.replace('/sd/configs', '/sd/modules_forge'), 'other-webui'],
  ['networks that are not known', WHOLE.replace('v1-inference', 'sd3-inference'), 'networks'],
  [
    'attention that adapts in old versions',
    WHOLE.replace(START, 'Version: v1.5.2\nLaunching Web UI with arguments:\n'),
    'networks',
  ],
  ['another card’s memory', WHOLE.replaceAll('CUDA out', 'HIP out'), 'kind'],
  ['settings that the replay finds room for', WHOLE.replace('1536x1536, Batch size: 4', '512x512'), 'fits'],
])('%s is not priced', (_what, text, reason) => {
  expect(explained(text).pricing).toEqual({ ok: false, reason });
});

describe('what the text does not tell', () => {
  test('is as in the WebUI that is connected, and said so', () => {
    expect(explained(PICTURE + ERROR, OWN).pricing).toMatchObject({
      ok: true,
      value: {
        family: 'SDXL',
        attention: 'sdp',
        vramMode: 'medvram',
        vae: 'float',
        own: ['family', 'attention', 'flags'],
      },
    });
    expect(explained(START + PICTURE + ERROR, OWN).pricing).toMatchObject({
      value: { family: 'SDXL', attention: 'xformers', vramMode: 'none', own: ['family'] },
    });
  });

  test('is not taken from it where the text is of another card', () => {
    const other = { ...OWN, card: { ...OWN.card, totalMiB: 12_288 } };
    expect(explained(PICTURE + ERROR, other).pricing).toEqual({ ok: false, reason: 'family' });
  });

  test('of attention alone is what the WebUI takes by itself, and said so', () => {
    const text = `Launching Web UI with arguments: --no-half-vae\n${CONFIG}${PICTURE}${ERROR}`;
    expect(explained(text).pricing).toMatchObject({ value: { attention: 'Doggettx', assumed: ['attention'] } });
  });
});

test('a --medvram of another family alone does not count', () => {
  const text = WHOLE.replace('--xformers', '--xformers --medvram-sdxl');
  expect(explained(text).pricing).toMatchObject({ value: { vramMode: 'none' } });
  expect(explained(text.replace('v1-inference', 'sd_xl_base')).pricing).toMatchObject({
    value: { vramMode: 'medvram' },
  });
});

test('the request that failed tells which tensor was asked for, more often for certain than the size alone', () => {
  const certain = (text: string): boolean => explained(text).tensor?.certain === true;
  expect(SOME.filter(({ text }) => certain(text))).toHaveLength(0);
  expect(SOME.filter((one) => certain(logOf(one))).length).toBeGreaterThan(2);
});
