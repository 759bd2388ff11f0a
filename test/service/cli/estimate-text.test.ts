import { describe, expect, test } from '@jest/globals';
import { estimateText } from '../../../service/cli/estimate-text.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { VERDICT_CASES } from '../words/verdict-cases.ts';

const KNOWN = { keyHash: 'abcd', environment: storedEnvironmentOf(ENVIRONMENT) };

describe('the command line says of an answer what the page says', () => {
  test.each(VERDICT_CASES)('$words, $besides', ({ result, words, besides }) => {
    const lines = estimateText(KNOWN, result);
    expect(lines.filter((line) => line.startsWith('Verdict'))).toEqual([
      expect.stringMatching(new RegExp(`^Verdict   ${words}(:|$)`)),
    ]);
    for (const more of besides) expect(lines.join('\n')).toContain(more);
  });
});
