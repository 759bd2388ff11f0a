/** Whose memory a figure is of is said beside it: what PyTorch has, or all that is used of the device. */
import { describe, expect, test } from '@jest/globals';
import * as de from '../../../service/words/de/index.ts';
import * as en from '../../../service/words/en/index.ts';
import type { LiveRun } from '../../../service/protocol/live.ts';
import { exampleRun } from '../recorder/examples.ts';

const LANGUAGES = [
  {
    language: 'English',
    words: en,
    leftOut: /CUDA context and other/,
    contextAlone: /without CUDA context/,
    whole: /of the whole device$/,
  },
  {
    language: 'German',
    words: de,
    leftOut: /CUDA-Kontext und andere/,
    contextAlone: /ohne CUDA-Kontext/,
    whole: /auf dem ganzen Gerät$/,
  },
] as const;

describe.each(LANGUAGES)('in $language', ({ words, leftOut, contextAlone, whole }) => {
  test.each([
    ['around the curves', words.LEGEND],
    ['above the table of what is required', words.ABOUT_HEAT],
    ['of a plot that is not seen', words.plotInWords('', 'txt2img', [], { measured: 0, imported: 0 })],
    ['above the table of runs', words.captionOfRuns(3, 3)],
    ['of how far estimates were off', words.accuracyInWords([1, 2], false)],
    ['of how far the estimates of all runs were off', words.resultInWords([1, 2])],
    ['of a generation that ran out of memory', words.outOfMemoryInWords(1, 1, true, 2048)],
  ])('it is said %s that the CUDA context is left out, as other programs are', (_where, text) => {
    expect(text).toMatch(leftOut);
  });

  test('an axis, and the edge drawn across it, leave out the context by name', () => {
    expect(words.WITHOUT_CONTEXT).toMatch(contextAlone);
    expect(words.roomInWords(7373)).toContain(words.HOLDER_NAMES.context);
  });

  test('who has what calls the context by the same name', () => {
    expect(leftOut.source).toContain(words.HOLDER_NAMES.context);
  });

  test('the peak of the last run is of the whole device, and says so', () => {
    const { runId, startedAtMs, origin, settings } = exampleRun();
    const run: LiveRun = {
      runId,
      startedAtMs,
      origin,
      settings,
      capMiB: null,
      verdict: 'fits',
      outcome: 'ok',
      peakMiB: 3891,
    };
    expect(words.lastRunInWords(run)).toMatch(whole);
  });
});
