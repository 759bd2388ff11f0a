/** How German puts figures: the cases of English, and what is its own. */
import { describe, expect, test } from '@jest/globals';
import * as de from '../../../service/words/de/index.ts';
import { filesOf, sourceOf } from './texts.ts';
import { estimatedAs, VERDICT_CASES } from './verdict-cases.ts';

/** Between digits: English has a point there. */
const POINT = /\d\.\d/;

describe('figures have a comma', () => {
  test.each([
    [de.formatMiB(5222), '5,1 GiB'],
    [de.formatMiB(640.4), '640 MiB'],
    [de.inWholeMiB(5222.6), '5223 MiB'],
    [de.formatShare(3174, 7987), '3,1 von 7,8 GiB'],
    [de.formatShare(640, 7987), '640 MiB von 7,8 GiB'],
    [de.formatRange(5000, 5500), '4,9 bis 5,4 GiB'],
    [de.formatRange(5202, 5243), '5,08 bis 5,12 GiB'],
    [de.formatRange(0, 358), '0 bis 358 MiB'],
    [de.formatInterval({ valueMiB: 5222, lowMiB: 5000, highMiB: 5500 }), '5,1 GiB (4,9 bis 5,4 GiB)'],
    [de.formatMargin(-300), '300 MiB zu wenig'],
    [de.formatMaybeMiB(null), 'unbekannt'],
    [de.formatDuration(420), '0,4 s'],
    [de.formatDuration(10), 'unter 0,1 s'],
    [de.formatTimeLeft(185_000), '3 min 05 s'],
    [de.formatMinutes(130), 'etwa 2 h 10 min'],
    [de.formatDifference(1032, 1000), '+3,2 %'],
    [de.accuracyInWords([1.25, 0.5], false), expect.stringMatching(/im Mittel 0,9 % daneben, höchstens 1,3 %\.$/)],
    [de.resultInWords([0.44]), expect.stringMatching(/^1 Lauf ohne Speichergrenze hier gemessen: .* 0,4 % daneben\.$/)],
    [de.readSoFarInWords(1_572_864, 3_145_728), '1,5 MiB von 3,0 MiB gelesen'],
    [de.noSenseInWords('hiresScale', 0.5), '"Upscale by" kann nicht 0,5 sein: Dafür lässt sich nichts schätzen.'],
    [de.cardHeading(7.5 * 1024), '7,5 GB'],
  ])('%s', (text, expected) => {
    expect(text).toEqual(expected);
  });

  test('no figure is made outside of the one place for it', () => {
    const makers = filesOf('de').filter((file) => file !== 'amounts.ts' && /\.toFixed\(/.test(sourceOf('de', file)));
    expect(makers).toEqual([]);
  });
});

test('one is one, and several are several', () => {
  const runs = [1, 2].map((count) => de.captionOfRuns(count, count).split(',')[0]);
  expect(runs).toEqual(['Insgesamt 1 Lauf', 'Insgesamt 2 Läufe']);
  expect([1, 3].map(de.moreLinesInWords)).toEqual(['und 1 weitere Zeile.', 'und 3 weitere Zeilen.']);
});

test('the readout begins with what is needed, then the verdict', () => {
  const result = estimatedAs('tight', { largest: { width: 896, height: 640, hires: null } });
  expect(de.needsInWords(result, 'VRAM')).toBe('Braucht 7,9 von 8,0 GiB');
  expect(de.verdictInWords(result, null, false)).toBe('108 MiB zu wenig bis 200 MiB übrig; 896x640 passt sicher.');
});

test.each(VERDICT_CASES)('$words: all that is said has German figures', ({ result }) => {
  const said =
    result.status === 'estimated'
      ? [de.needsInWords(result, 'RAM'), de.verdictInWords(result, null, false), de.estimateMessage(result)]
      : [de.noEstimateInWords(result.why)];
  expect(said.filter((text) => text === '' || POINT.test(text))).toEqual([]);
});
