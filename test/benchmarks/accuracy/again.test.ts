import { describe, expect, test } from '@jest/globals';
import { AGAIN_NOISE_MIB, spreadAgain, spreadOf } from '../../../benchmarks/accuracy/again.ts';
import { recordedTable, type RecordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import { CARD_MIB, runAccuracy } from '../../../benchmarks/accuracy/run.ts';

const BUDGET = 24;

function unnamed(table: RecordedTable): RecordedTable {
  return { ...table, host: { ...table.host, key: { ...table.host.key, family: 'unknown' } } };
}

function benchmark({ name, rows, staticMiB, host }: RecordedTable, seed: number, noiseMiB: number) {
  return runAccuracy(rows, { table: name, staticMiB, host, budget: BUDGET, seed, noiseMiB });
}

describe('the same set-up benchmarked again, with another seed and noise in what is read', () => {
  test.each([
    ['replayed', recordedTable('sd1-sdp')],
    ['replayed, its runs and caps by the seed', recordedTable('sd1-sub-quadratic')],
    ['larger, with slack', recordedTable('sdxl-sdp')],
    ['its networks not named', unnamed(recordedTable('sd1-sdp'))],
  ])('%s: what is required differs by less than 0.5 % of the total, its upper bound by less than 2 %', (_, table) => {
    const spread = spreadAgain(table, BUDGET);
    expect(spread?.required.max).toBeGreaterThan(0);
    expect(spread?.required.max).toBeLessThan(0.005);
    expect(spread?.required.p95).toBeLessThan(0.003);
    expect(spread?.upperBound.max).toBeLessThan(0.02);
    expect(spread?.peak.max).toBeLessThan(0.005);
  });

  test('with the same seed and without noise the fit is the same', () => {
    const table = recordedTable('sd1-sdp');
    const [first, second] = [benchmark(table, 1, 0), benchmark(table, 1, 0)];
    expect(second.fit).toEqual(first.fit);
  });

  test('noise reaches the peaks that each phase is told of', () => {
    const table = recordedTable('sd1-sdp');
    const told = benchmark(table, 1, AGAIN_NOISE_MIB).replayed.observations[0];
    const row = table.rows.find(({ settings }) => settings === told?.settings);
    expect(told?.phases?.length).toBeGreaterThan(1);
    for (const [index, phase] of (told?.phases ?? []).entries()) {
      expect(phase.activePeakMiB).not.toBe(row?.phases?.[index]?.activePeakMiB);
      expect(phase.reservedPeakMiB).not.toBe(row?.phases?.[index]?.reservedPeakMiB);
    }
  });

  test('fits that say the same lie nothing apart', () => {
    const table = recordedTable('sd1-sdp');
    const { fit } = benchmark(table, 1, 0);
    if (fit === null) throw new Error('a fit');
    const none = { p50: 0, p95: 0, max: 0 };
    const settings = table.rows.map((row) => row.settings);
    expect(spreadOf([fit, fit], settings, CARD_MIB)).toEqual({ required: none, upperBound: none, peak: none });
  });
});
