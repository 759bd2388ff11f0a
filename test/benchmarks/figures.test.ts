import { describe, expect, test } from '@jest/globals';
import { summarise, table } from '../../benchmarks/figures.ts';

describe('figures', () => {
  test('the median of an even count lies between the middle two', () => {
    expect(summarise([1, 2, 3, 10]).median).toBe(2.5);
  });

  test('a goal on p99 is missed by one slow run in ten though the median reaches it', () => {
    const figures = summarise([1, 1, 1, 1, 1, 1, 1, 1, 1, 50]);
    const row = { what: 'latency', unit: 'ms', figures, goal: 33 };
    expect(table([{ ...row, judged: 'median' }])).toContain('reached');
    expect(table([{ ...row, judged: 'p99' }])).toContain('missed');
  });
});
