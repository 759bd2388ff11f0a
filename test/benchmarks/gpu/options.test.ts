import { describe, expect, test } from '@jest/globals';
import { PARTS, readOptions } from '../../../benchmarks/gpu/options.ts';

describe('options of the GPU capture', () => {
  test('a folder is all that must be said: every part, SD 1.5, on the card', () => {
    expect(readOptions(['--out', 'here'])).toMatchObject({
      out: 'here',
      parts: PARTS,
      model: 'sd15',
      device: 'cuda',
      minutes: 20,
      tests: 60,
      needs: 20,
      publish: false,
    });
  });

  test('parts may be named one by one', () => {
    expect(readOptions(['--out', 'here', '--parts', 'smi,short-peaks']).parts).toEqual(['smi', 'short-peaks']);
  });

  test.each([
    [['--parts', 'smi'], '--out DIR is needed'],
    [['--out', 'here', '--parts', 'smi,all'], '--parts: all is none of smi'],
    [['--out', 'here', '--model', 'sd3'], '--model: sd3 is none of'],
    [['--out', 'here', '--minutes', 'ten'], '--minutes needs a number above 0, not ten'],
  ])('%j is refused in words', (args, why) => {
    expect(() => readOptions(args)).toThrow(why);
  });
});
