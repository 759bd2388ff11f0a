/**
 * Which tensor an allocation was, from a text alone. Against recorded ones: test/benchmarks/explain/tensors.test.ts.
 */
import { describe, expect, test } from '@jest/globals';
import { readError } from '../../../service/explain/read.ts';
import { tensorOf, type TensorFound } from '../../../service/explain/tensor.ts';

describe('with nothing known but the text', () => {
  const told = (text: string): TensorFound | null => {
    const result = readError(text);
    if (!result.ok) throw new Error('an error is read');
    return tensorOf(result.value, null);
  };
  const tried = (amount: string, end = ''): TensorFound | null =>
    told(`RuntimeError: CUDA out of memory. Tried to allocate ${amount} (GPU 0; 12.00 GiB total capacity${end}`);

  test('scores of common sizes are guessed, and never for certain', () => {
    expect(tried('512.00 MiB')).toMatchObject({ layer: 'self-attention scores', latent: [64, 64], certain: false });
    expect(tried('256.00 GiB')).toMatchObject({ layer: 'self-attention scores', latent: [256, 256], certain: false });
  });

  test('what a segment of 20 MiB or less was for nobody can tell', () => {
    expect([tried('20.00 MiB'), tried('2.00 MiB')]).toEqual([null, null]);
  });

  test('a size that no common generation has is not named', () => {
    expect(tried('1.31 GiB')).toBeNull();
  });

  test('weights that are loaded are none', () => {
    const text =
      'Traceback (most recent call last):\n  File "x.py", line 1, in load_model\nRuntimeError: CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; ';
    expect(told(text)).toBeNull();
  });

  test("others' errors round and count in other ways", () => {
    expect(told('RuntimeError: Invalid buffer size: 256.00 GB')).toBeNull();
  });
});
