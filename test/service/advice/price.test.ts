import { expect, test } from '@jest/globals';
import { byWorth } from '../../../service/advice/price.ts';
import type { Remedy } from '../../../service/protocol/advice.ts';
import { remedyInWords } from '../../../service/words/index.ts';

type Saving = NonNullable<Remedy['savesMiB']>;

const REQUIRED = { valueMiB: 4000, lowMiB: 3900, highMiB: 4100 };
const STEP: Remedy['steps'][number] = {
  change: { code: 'light-preview' },
  applied: { kind: 'option', name: 'show_progress_type', value: 'Approx NN' },
  picture: 'same',
  restart: false,
};

function remedy(savesMiB: Saving | null, changes: Partial<Remedy> = {}): Remedy {
  const price = { seconds: null, picture: 'same', restart: false, required: REQUIRED, verdict: 'fits' } as const;
  return { steps: [STEP], savesMiB, ...price, ...changes };
}

const SURE = { valueMiB: 300, lowMiB: 200, highMiB: 400 };
const UNSURE = { valueMiB: 86, lowMiB: -71, highMiB: 243 };

test.each<[string, Saving, string]>([
  ['is sure', SURE, 'saves 300 MiB (200 to 400 MiB)'],
  ['may be nothing', UNSURE, 'saves up to 243 MiB, perhaps nothing'],
  ['is none at its least', { ...SURE, lowMiB: 0 }, 'saves up to 400 MiB, perhaps nothing'],
  ['is none at its most', { valueMiB: -10, lowMiB: -20, highMiB: 0 }, 'saves nothing'],
])('a saving that %s is told so', (_what, saving, told) => {
  const words = remedyInWords(remedy(saving));
  expect(words.replaceAll(' MiB to ', ' to ')).toContain(`[${told}, `);
  expect(words).not.toContain('-');
});

test('what may save nothing stands behind all that is sure to save something, however little else it asks for', () => {
  const asksMuch = remedy(SURE, { steps: [STEP, STEP], picture: 'smaller', restart: true });
  const unsure = remedy(UNSURE);
  expect([unsure, asksMuch].sort(byWorth)).toEqual([asksMuch, unsure]);
  expect([unsure, remedy(null)].sort(byWorth)).toEqual([remedy(null), unsure]);
});
