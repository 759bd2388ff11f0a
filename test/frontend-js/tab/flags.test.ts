import { describe, expect, test } from '@jest/globals';
import { isWorse, nearestThatFits, nowIn, sortedBy, type FlagsRow } from '../../../frontend-js/tab/flags.ts';

function row(
  name: string,
  requiredMiB: number,
  verdict: FlagsRow['verdict'] = 'fits',
  change: Partial<FlagsRow> = {},
): FlagsRow {
  const [attention, vramMode, vae] = name.split(' ') as [FlagsRow['attention'], FlagsRow['vramMode'], FlagsRow['vae']];
  const figure = { valueMiB: requiredMiB, lowMiB: requiredMiB - 100, highMiB: requiredMiB + 100 };
  const figures = { required: figure, peak: figure, verdict, onCards: [verdict], slicesMayNotFit: false };
  return { attention, vramMode, vae, isNow: false, ...figures, ...change };
}

const NOW = row('Doggettx none float', 9000, 'will-not-fit', { isNow: true });
const ROWS = [
  row('V1 none float', 20_000, 'will-not-fit'),
  row('sdp lowvram half', 4000),
  row('sdp medvram half', 6000),
  row('None none half', 8100, 'tight'),
  NOW,
  row('sdp none half', 7600),
  row('xformers none half', 7400),
  row('Doggettx lowvram float', 5000),
];

const names = (rows: readonly FlagsRow[]) =>
  rows.map(({ attention, vramMode, vae }) => `${attention} ${vramMode} ${vae}`);

describe('the table of flags', () => {
  test('has first what fits, there what changes least, then what keeps networks on the card and needs less', () => {
    expect(names(sortedBy(ROWS, 'verdict', false))).toEqual([
      'Doggettx lowvram float',
      'xformers none half',
      'sdp none half',
      'sdp medvram half',
      'sdp lowvram half',
      'None none half',
      'Doggettx none float',
      'V1 none float',
    ]);
  });

  test('names what fits and changes least; none where nothing fits', () => {
    expect(nearestThatFits(ROWS)?.vramMode).toBe('lowvram');
    expect(nearestThatFits([NOW])).toBeNull();
  });

  test('sorts by any column, either way', () => {
    expect(names(sortedBy(ROWS, 'required', false))[0]).toBe('sdp lowvram half');
    expect(names(sortedBy(ROWS, 'required', true))[0]).toBe('V1 none float');
    expect(sortedBy(ROWS, 'attention', false).map(({ attention }) => attention.toLowerCase())).toEqual(
      ROWS.map(({ attention }) => attention.toLowerCase()).sort(),
    );
    expect(names(sortedBy(ROWS, 0, true))[0]).toBe('Doggettx none float');
    expect(names(sortedBy(ROWS, 'vramMode', true))[0]).toBe('Doggettx lowvram float');
  });

  test('folds what needs more than now and fits no better, and never what is in force', () => {
    const worse = (now: FlagsRow | null) => names(ROWS.filter((one) => isWorse(one, now)));
    expect(worse(nowIn(ROWS))).toEqual(['V1 none float']);
    expect(worse({ ...NOW, isNow: false, required: { valueMiB: 0, lowMiB: 0, highMiB: 0 } })).not.toContain(
      'sdp none half',
    );
    expect(worse(null)).toEqual([]);
  });
});
