import { describe, expect, test } from '@jest/globals';
import { readoutModel } from '../../../frontend-js/readout/view-model.ts';
import { VERDICT_CASES } from '../../service/words/verdict-cases.ts';
import { INPUT } from './examples.ts';

describe('the readout says of an answer what the command line says, and aloud what it shows', () => {
  test.each(VERDICT_CASES)('$words, $besides', ({ result, words, besides }) => {
    const model = readoutModel({ ...INPUT, result });
    expect(model.verdict.toLowerCase()).toBe(words);
    expect(model.verdict).toMatch(/^[A-Z]/);
    expect(model.announcement.startsWith(model.verdict)).toBe(true);
    const shown = [model.told, ...model.details.map(([, value]) => value)].join(' ');
    for (const more of besides) expect(shown).toContain(more);
    // Nothing less than certain is shown in green.
    expect(model.tone === 'good').toBe(words === 'fits');
  });
});
