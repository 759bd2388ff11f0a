import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { hostWith } from '../../../benchmarks/accuracy/host-file.ts';
import { runAccuracy } from '../../../benchmarks/accuracy/run.ts';
import { parseTable } from '../../../benchmarks/accuracy/table.ts';

const table = (name: string): string =>
  readFileSync(new URL(`../../../benchmarks/data/vram-trace/${name}`, import.meta.url), 'utf8');

describe('accuracy benchmark', () => {
  test('on the traced SD 1.5 table from 24 runs required is within 0.8 % on average and its upper bound holds, and the peak is within 0.5 %', () => {
    const rows = parseTable(table('sd15.csv'), 2484);
    const { result } = runAccuracy(rows, {
      table: 'sd15.csv',
      staticMiB: 2484,
      host: hostWith('fused'),
      budget: 24,
      seed: 1,
      noiseMiB: 0,
    });
    expect(result.runsUsed).toBeLessThanOrEqual(24);
    expect(result.originalRuns).toBe(384);
    for (const op of Object.values(result.ops)) {
      expect(op.required.mean).toBeLessThanOrEqual(0.007);
      expect(op.required.p95).toBeLessThanOrEqual(0.02);
      expect(op.coverage95).toBeGreaterThanOrEqual(0.95);
      expect(op.peak.mean).toBeLessThanOrEqual(0.005);
      expect(op.peak.p95).toBeLessThanOrEqual(0.015);
    }
  });
});
