import { expect, test } from '@jest/globals';
import { PSEUDO, strayIn } from './pseudo.ts';

test('a language gives the same names as English: functions, lists and names of codes', () => {
  expect(PSEUDO.RUN_BENCHMARK).toBe('⟦Run Benchmark⟧');
  expect(PSEUDO.OPERATION_NAMES.txt2img).toBe('⟦txt2img⟧');
  expect(PSEUDO.counted(2, 'run')).toBe('⟦2 runs⟧');
  expect(PSEUDO.noEstimateTold({ code: 'silent-webui' })).toEqual([
    '⟦The WebUI has not said yet what it computes on.⟧',
    '⟦This takes a moment after its start.⟧',
  ]);
});

test('what was written past the words is seen, whatever stands beside it; figures and data are not', () => {
  expect(strayIn('⟦Fits ⟦well⟧⟧ hard-coded', [])).toBe('hard-coded');
  expect(strayIn('⟦Card⟧: Tesla T4, 12 %', ['Tesla T4'])).toBe('');
});
