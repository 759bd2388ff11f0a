import { expect, test } from '@jest/globals';
import { PSEUDO, strayIn } from './pseudo.ts';

test('a language gives the same names as English: functions, lists and names of codes', () => {
  expect(PSEUDO.RUN_BENCHMARK).toBe('⟦Run Benchmark⟧');
  expect(PSEUDO.OPERATION_NAMES.txt2img).toBe('⟦txt2img⟧');
  expect(PSEUDO.counted(2, 'run')).toBe('⟦2 runs⟧');
  expect(PSEUDO.usedOf(1, 2, 'RAM')).toEqual(['⟦in use 1 MiB⟧', '⟦of 2 MiB RAM⟧']);
});

test('what was written past the words is seen, whatever stands beside it; figures and data are not', () => {
  expect(strayIn('⟦Fits ⟦well⟧⟧ hard-coded', [])).toBe('hard-coded');
  expect(strayIn('⟦Card⟧: Tesla T4, 12 %', ['Tesla T4'])).toBe('');
});
