import { describe, expect, test } from '@jest/globals';
import { contradictionsInWords, driftInWords, findingInWords } from '../../../service/words/index.ts';

const NEWER_TORCH = { changes: [{ name: 'torch', before: '2.1.2', after: '2.3.0' }], imported: false };

describe('the words of a drift', () => {
  const drift = { meanMiB: 1249, sinceMs: Date.UTC(2026, 10, 21, 8, 1), ranOut: false, similar: null };

  test('say by how much, and since when', () => {
    expect(driftInWords(drift)).toBe(
      '+1.2 GiB against the estimates since 2026-11-21 08:01 UTC: run the benchmark again.',
    );
  });

  test('say less than a GiB in MiB, with its sign', () => {
    expect(driftInWords({ ...drift, meanMiB: -300.2 })).toMatch(/^-300 MiB /);
  });

  test('say that a run ran out of memory, so that it may be more', () => {
    expect(driftInWords({ ...drift, meanMiB: 2867, ranOut: true })).toMatch(/^\+2\.8 GiB and more, out of memory, /);
  });

  test('say what has changed where estimates come from a similar set-up', () => {
    expect(driftInWords({ ...drift, similar: NEWER_TORCH })).toBe(
      '+1.2 GiB against the estimates since torch 2.1.2 -> 2.3.0: run the benchmark again.',
    );
  });
});

describe('the words of a calibration', () => {
  test('say in what a similar set-up differs, and that its runs were imported', () => {
    const changes = [...NEWER_TORCH.changes, { name: 'DAT_tile', before: null, after: '192' }];
    expect(findingInWords({ code: 'similar', similar: { changes, imported: true } })).toContain(
      '(since then torch 2.1.2 -> 2.3.0, DAT_tile not set -> 192, its runs imported)',
    );
  });

  test('say how many imported runs count not', () => {
    expect(contradictionsInWords({ contradicted: 1, looked: 12 })).toMatch(
      /^1 of the imported runs .* contradicts .* does not count\.$/,
    );
    expect(contradictionsInWords({ contradicted: 12, looked: 12 })).toContain('none of them counts');
  });
});
