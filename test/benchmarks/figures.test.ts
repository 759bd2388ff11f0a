import { describe, expect, test } from '@jest/globals';
import { summarise, table, withRows } from '../../benchmarks/figures.ts';

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

  test('a row that was measured again takes its own place, a new one the end of the table', () => {
    const row = (what: string, ms: number) => ({
      what,
      unit: 'ms',
      figures: summarise([ms]),
      goal: 33,
      judged: 'median' as const,
    });
    const page = `words\n\n${table([row('a', 1), row('b', 2)])}\n\n| size |`;
    expect(withRows(page, [row('a', 5), row('c', 3)])).toBe(
      `words\n\n${table([row('a', 5), row('b', 2), row('c', 3)])}\n\n| size |`,
    );
    expect(withRows(table([row('a', 1)]), [row('b', 2)])).toBe(table([row('a', 1), row('b', 2)]));
  });
});
