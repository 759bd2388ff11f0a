import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { briefTable, type Series } from '../../../benchmarks/accuracy/report.ts';
import { hostWith } from '../../../benchmarks/accuracy/host-file.ts';
import { runAccuracy, type AccuracyResult } from '../../../benchmarks/accuracy/run.ts';
import { parseTable } from '../../../benchmarks/accuracy/table.ts';

let result: AccuracyResult;

beforeAll(() => {
  const rows = parseTable(
    readFileSync(new URL('../../../benchmarks/data/vram-trace/sd15.csv', import.meta.url), 'utf8'),
    2484,
  );
  result = runAccuracy(rows, {
    table: 'sd15.csv',
    staticMiB: 2484,
    host: hostWith('fused'),
    budget: 10,
    seed: 1,
    noiseMiB: 0,
  }).result;
});

const series = (table: string, tight: number): Series => ({
  table,
  budget: 24,
  results: [result, { ...result, verdict: { ...result.verdict, ours: { ...result.verdict.ours, tight } } }],
});
const lastCellOf = (markdown: string, table: string) =>
  markdown
    .split('\n')
    .find((row) => row.startsWith(`| ${table} |`))
    ?.split(' | ')
    .at(-1);

describe('the table of many series', () => {
  test('has a row each with the worst seed, one that misses its goal set off', () => {
    const markdown = briefTable('', [series('one', 0.03), series('two', 0.05)]);
    expect([lastCellOf(markdown, 'goal'), lastCellOf(markdown, 'one'), lastCellOf(markdown, 'two')]).toEqual([
      '<= 4.00 % |',
      '3.00 % |',
      '**5.00 %** |',
    ]);
  });

  test('keeps the rows of tables that were not judged again, in order of their names', () => {
    const before = `words\n\n${briefTable('', [series('b', 0.03), series('d', 0.03)])}`;
    const after = briefTable(before, [series('c', 0.03), series('d', 0.05)]);
    expect(
      after
        .split('\n')
        .slice(3)
        .map((row) => row.split(' ')[1]),
    ).toEqual(['b', 'c', 'd']);
    expect([lastCellOf(after, 'b'), lastCellOf(after, 'd')]).toEqual(['3.00 % |', '**5.00 %** |']);
  });
});
