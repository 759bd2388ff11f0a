import { describe, expect, test } from '@jest/globals';
import { csvOf } from '../../../frontend-js/tab/runs-csv.ts';
import { runRow } from '../../browser/states.ts';

const cellsOf = (csv: string): Record<string, string> => {
  const [head = '', first = ''] = csv.split('\r\n');
  const values = first.split(',');
  return Object.fromEntries(head.split(',').map((name, index) => [name, values[index] ?? '']));
};

describe('the file of runs', () => {
  test('has bare figures under headings with their units, and nothing for what is not known', () => {
    expect(cellsOf(csvOf([runRow({ durationMs: null, marks: ['extras', 'outlier'] })]))).toMatchObject({
      started_at: '2023-11-14T22:13:20.000Z',
      operation: 'txt2img',
      width: '512',
      hires_width: '',
      upscaler: '',
      measured_peak_mib: '3000',
      estimated_peak_mib: '3100',
      cap_mib: '',
      duration_ms: '',
      marks: 'extras outlier',
    });
  });

  test('quotes what holds a comma or a quote, and lets no name pass for a formula', () => {
    const size = { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024 };
    const named = (upscaler: string) =>
      csvOf([
        runRow({
          settings: { operation: 'hires_image', width: 512, height: 512, batchSize: 1, hires: { ...size, upscaler } },
        }),
      ]);
    expect(named('a "b", c')).toContain(',"a ""b"", c",');
    expect(named('=HYPERLINK(1)')).toContain(",'=HYPERLINK(1),");
  });

  test('ends each line as RFC 4180 has it, the headings alone where there are no runs', () => {
    expect(csvOf([])).toMatch(/^started_at,[^\n]*marks\r\n$/);
    expect(csvOf([runRow(), runRow()]).split('\r\n')).toHaveLength(4);
  });
});
