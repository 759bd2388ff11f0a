/** Which tensor an allocation was: against recorded ones (benchmarks/explain/tensors.ts), and from a text alone. */
import { describe, expect, test } from '@jest/globals';
import { judgeTensors, type Judged } from '../../../benchmarks/explain/tensors.ts';
import { readError } from '../../../service/explain/read.ts';
import { tensorOf, type TensorFound } from '../../../service/explain/tensor.ts';

const share = (all: readonly Judged[], is: (one: Judged) => boolean): number => all.filter(is).length / all.length;

describe('with the settings known 97 % are among those named, and none is named for certain and wrong', () => {
  test.each([
    ['size alone', 0.65, 0.75],
    ['size and traceback', 0.9, 0.95],
    ['size, traceback and what was allocated', 0.94, 0.99],
  ] as const)('by %s', (known, leastFirst, leastFirstOfLarge) => {
    const all = judgeTensors(known);
    const large = all.filter(({ isLarge }) => isLarge);
    expect([all.length > 600, large.length > 150]).toEqual([true, true]);
    expect(share(all, ({ amongNamed }) => amongNamed)).toBeGreaterThanOrEqual(0.97);
    expect(share(all, ({ wrongForCertain }) => wrongForCertain)).toBe(0);
    expect(share(all, ({ firstRight }) => firstRight)).toBeGreaterThanOrEqual(leastFirst);
    expect(share(large, ({ firstRight }) => firstRight)).toBeGreaterThanOrEqual(leastFirstOfLarge);
  });
});

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
