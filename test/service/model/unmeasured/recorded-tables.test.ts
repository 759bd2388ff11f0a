/** Estimates without any run, against what the real PyTorch allocated under laws of which none was told. */
import { describe, expect, test } from '@jest/globals';
import { recordedNames, recordedTable } from '../../../../benchmarks/accuracy/recorded.ts';
import { estimated, fitOf } from './tables.ts';

/** Some rows of each, the whole of which benchmarks judge. */
const SOME = 9;

describe('a set-up that nothing was run on', () => {
  test.each(recordedNames())('%s: its needs lie within their intervals, and its peaks', (name) => {
    const table = recordedTable(name);
    const fit = fitOf(table);
    const known = table.rows.filter(({ needMiB }) => needMiB !== null);
    const every = Math.ceil(table.rows.length / SOME);
    const rows = new Set([...known.slice(0, SOME), ...table.rows.filter((_, i) => i % every === 0)]);
    const outside = [...rows].flatMap(({ settings, needMiB, reservedMiB, allocRetries }) => {
      const { required, peak } = estimated(fit, settings);
      const isShort = needMiB !== null && required.highMiB < needMiB;
      const isOff = allocRetries === 0 && (peak.highMiB < reservedMiB || peak.lowMiB > reservedMiB);
      return isShort || isOff ? [{ settings, needMiB, reservedMiB, required, peak }] : [];
    });
    // Few runs of --medvram reserve a tenth more than a replay says.
    expect(outside.length).toBeLessThanOrEqual(name === 'sd1-sdp-medvram' ? 1 : 0);
  });
});
