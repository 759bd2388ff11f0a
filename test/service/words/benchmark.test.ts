import { describe, expect, test } from '@jest/globals';
import { endingInWords, refusalInWords } from '../../../service/words/index.ts';
import { exampleRun } from '../recorder/examples.ts';

const NO_REASON = { code: 'told', text: null } as const;

describe('the words of an ending', () => {
  const finished = { code: 'finished', why: 'all-runs', runs: 10, marked: 0, leftOut: [], notReached: null } as const;

  test('count the runs, and those that something else disturbed', () => {
    expect(endingInWords(finished)).toBe('The benchmark has finished: 10 runs after the warm-up.');
    expect(endingInWords({ ...finished, runs: 1 })).toBe('The benchmark has finished: 1 run after the warm-up.');
    expect(endingInWords({ ...finished, marked: 1 })).toContain(' 1 of them was left out, ');
  });

  test('say that a few runs were enough, and why no more were made', () => {
    expect(endingInWords({ ...finished, why: 'enough', runs: 8 })).toMatch(
      /^The benchmark has finished: 8 runs after the warm-up were enough\. .* would change no verdict/,
    );
    expect(endingInWords({ ...finished, why: 'enough', runs: 1 })).toContain('1 run after the warm-up was enough');
    expect(endingInWords({ ...finished, why: 'probe', runs: 2 })).toBe('This card was measured: 2 runs.');
  });

  test('say what was left out and why, each a sentence with one full stop', () => {
    const leftOut = [
      { what: 'caps', problem: { code: 'told', text: 'no caps on cpu.' } },
      { what: 'hires_latent', problem: { code: 'no-upscaler', upscaler: 'Latent', operation: 'hires_latent' } },
    ] as const;
    const words = endingInWords({ ...finished, leftOut });
    expect(words).toContain(' so what is required is known less well (no caps on cpu).');
    expect(words).toContain(
      ' hires fix, latent upscaler: could not be run and was left out (This WebUI has no upscaler "Latent" for ',
    );
  });

  test('say which size was not reached, and the largest that was', () => {
    const { settings } = exampleRun();
    const notReached = { asked: { maxSizePx: 2048, maxBatchSize: 8 }, most: settings };
    expect(endingInWords({ ...finished, notReached })).toMatch(
      /2048 x 2048 with batch size 8 was not reached, .* the largest run was \d+ x \d+ with batch size \d+,/,
    );
  });

  test('say that it can go on where a run was kept, and only there', () => {
    const failed = (kept: boolean) => endingInWords({ code: 'failed-runs', count: 3, problem: NO_REASON, kept });
    expect(failed(true)).toContain('3 times in a row: no reason given What was measured is kept');
    expect(failed(false)).toBe('The WebUI could not generate, 3 times in a row: no reason given');
  });
});

test('the words of a refusal say how long to wait', () => {
  expect(refusalInWords({ code: 'too-soon', most: 5, waitMs: 12_100 })).toContain('Try again in 13 seconds.');
  expect(refusalInWords({ code: 'running-elsewhere', holdMs: 15_000 })).toContain('out of the way after 15 seconds.');
});
