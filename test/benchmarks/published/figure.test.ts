import { describe, expect, test } from '@jest/globals';
import { readFigure, FIGURE_COLUMNS } from '../../../benchmarks/published/figure.ts';

const ROW = {
  source: 'somebody',
  model: 'v1-5-pruned-emaonly',
  op: 'txt2img',
  width: '512',
  height: '512',
  batch: '1',
  precision: '',
  attention: 'unknown',
  metric: 'active_peak',
  value: '3169',
  unit: 'MiB',
  gpu: 'total 6144 MiB',
  note: 'webui result line',
};

const read = (other: Partial<typeof ROW>) => readFigure({ number: 7, cells: { ...ROW, ...other } });

describe('a published figure', () => {
  test('has all columns', () => {
    expect(Object.keys(ROW)).toEqual([...FIGURE_COLUMNS]);
  });

  test('of the result line is of the WebUI, with its own choice of attention', () => {
    expect(read({})).toMatchObject({
      ok: true,
      value: { row: 7, program: 'a1111', family: 'sd1', attention: 'Doggettx', metric: 'allocated', withWeights: true },
    });
  });

  test.each([
    ['active_peak', 'allocated'],
    ['max_memory_allocated incl. resident model', 'allocated'],
    ['reserved_peak', 'reserved'],
    ['sys_peak', 'device'],
    ['gpustat used', 'device'],
    ['nvidia-smi', 'device'],
  ])('%s counts %s', (metric, counted) => {
    expect(read({ metric })).toMatchObject({ value: { metric: counted } });
  });

  test('of an autoencoder alone leaves its weights out; FLUX has it in other code than diffusers', () => {
    const alone = { op: 'vae_decode', metric: 'allocated during op', note: 'VAE alone' };
    expect(read({ ...alone, model: 'FLUX.1 VAE' })).toMatchObject({
      value: { program: 'autoencoder-of-ldm', withWeights: false },
    });
    expect(read({ ...alone, model: 'SD1.5 VAE' })).toMatchObject({ value: { program: 'autoencoder-of-diffusers' } });
  });

  test("that a script asked torch for is of diffusers' pipeline", () => {
    expect(read({ metric: 'max_memory_allocated', note: '' })).toMatchObject({ value: { program: 'diffusers' } });
  });

  test('flags may stand anywhere in the row', () => {
    expect(read({ gpu: '8GB; --lowvram per title', note: '--no-half-vae' })).toMatchObject({
      value: { vramMode: 'lowvram', unetBits: 16, vaeBits: 32 },
    });
  });

  test('hires fix has two sizes', () => {
    expect(read({ op: 'hires 912x512->1824x1024', width: '1824', height: '1024' })).toMatchObject({
      value: { work: { operation: 'hires_latent', width: 912, height: 512, hires: { width: 1824, height: 1024 } } },
    });
  });

  test.each([
    [{ value: 'OOM', unit: 'OOM' }, 'no-value'],
    [{ unit: 'stone' }, 'no-value'],
    [{ model: 'unstated' }, 'model-not-stated'],
    [{ width: '' }, 'no-size'],
    [{ height: '512.5' }, 'no-size'],
    [{ width: '99999' }, 'no-size'],
    [{ batch: '0' }, 'no-size'],
    [{ op: 'training' }, 'other-operation'],
    [{ metric: 'seconds' }, 'other-metric'],
    [{ precision: 'int8' }, 'other-precision'],
    [{ note: 'InvokeAI; cudaMallocAsync' }, 'other-allocator'],
    [{ metric: 'reserved during op', note: 'ComfyUI' }, 'program-not-stated'],
  ])('with %j is left out: %s', (other, reason) => {
    expect(read(other)).toEqual({ ok: false, reason });
  });
});
