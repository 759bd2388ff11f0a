import { describe, expect, test } from '@jest/globals';
import { flagsTable } from '../../../service/advice/flags.ts';
import { atOnce } from '../../../service/base/steps.ts';
import type { FlagsTable } from '../../../service/protocol/advice.ts';
import { flagsNote, flagsNotes } from '../../../service/words/advice-tables.ts';
import { situationOn, txt2img } from './hosts.ts';

function tableOf(...of: Parameters<typeof situationOn>): FlagsTable {
  const found = atOnce(flagsTable(situationOn(...of)));
  if (found === null) throw new Error('the networks are not known');
  return found;
}

describe('the table of flags', () => {
  const table = tableOf('sd1-sdp', txt2img(768, 768, 2), { usableMiB: 8192 });
  const rowOf = (attention: string, vramMode: string, vae: string) =>
    table.rows.find((row) => row.attention === attention && row.vramMode === vramMode && row.vae === vae);

  test('has each attention, mode and width of the VAE once, and one row is what is set now', () => {
    expect(table.rows).toHaveLength(7 * 3 * 2);
    expect(table.rows.filter(({ isNow }) => isNow)).toEqual([rowOf('sdp', 'none', 'half')]);
    expect(table.unknown).toEqual([{ code: 'tiled-vae', why: 'not-replayed' }]);
    expect(flagsNotes({ about: 'flags', ...table })).toContainEqual(expect.stringContaining('a tiled VAE'));
  });

  test('says less of a mode that keeps weights off the card, and more of a VAE in 32 bits', () => {
    const [now, lowvram, float] = [
      rowOf('sdp', 'none', 'half'),
      rowOf('sdp', 'lowvram', 'half'),
      rowOf('sdp', 'none', 'float'),
    ];
    if (now === undefined || lowvram === undefined || float === undefined) throw new Error('a row is missing');
    expect(lowvram.required.valueMiB).toBeLessThan(now.required.valueMiB);
    expect(float.required.valueMiB).toBeGreaterThan(now.required.valueMiB);
  });

  test('judges cards of 4 to 24 GB: what fits one fits all larger ones', () => {
    expect(table.cardsMiB.map((mib) => mib / 1024)).toEqual([4, 6, 8, 10, 12, 16, 24]);
    for (const { attention, onCards } of table.rows) {
      if (attention === 'Doggettx' || attention === 'InvokeAI') continue;
      const first = onCards.indexOf('fits');
      expect(first === -1 ? [] : onCards.slice(first)).toEqual(
        onCards.slice(first === -1 ? onCards.length : first).map(() => 'fits'),
      );
    }
    expect(rowOf('sdp', 'none', 'half')?.onCards).toContain('fits');
  });

  test('says of a card of this size just what it says here: what the driver keeps and others use goes along', () => {
    const here = { usableMiB: 7978, totalMiB: 8192 };
    for (const [width, batchSize] of [
      [1408, 1],
      [1408, 3],
      [1024, 8],
    ] as const) {
      const { rows, cardsMiB } = tableOf('sd1-doggettx', txt2img(width, width, batchSize), here);
      const column = cardsMiB.indexOf(8192);
      expect(rows.map(({ onCards }) => onCards[column])).toEqual(rows.map((row) => row.verdict));
    }
  });

  test('names attention that is tight on a larger card for no other reason than how it slices there', () => {
    const { rows } = tableOf('sd1-doggettx', txt2img(1024, 1024, 8), { usableMiB: 8192, otherMiB: 450 });
    const falls = (onCards: readonly string[]): boolean => onCards.lastIndexOf('tight') > onCards.indexOf('fits');
    const falling = rows.filter(({ onCards }) => onCards.includes('fits') && falls(onCards));
    expect(falling).not.toEqual([]);
    for (const { attention, slicesMayNotFit } of falling)
      expect([attention, slicesMayNotFit]).toEqual(['Doggettx', true]);
    expect(flagsNote({ rows })).toMatch(/^With Doggettx attention a larger card may be tight where a smaller one fits/);
    expect(flagsNote({ rows: rows.filter(({ attention }) => attention === 'sdp') })).toBeNull();
  });

  test('has one width of the VAE where all computes in 32 bits', () => {
    const { rows } = tableOf('sd1-sdp-no-half', txt2img(512, 512, 1), { usableMiB: 8192 });
    expect(new Set(rows.map(({ vae }) => vae))).toEqual(new Set(['float']));
    expect(rows.filter(({ isNow }) => isNow)).toHaveLength(1);
  });

  test('is none of networks that are not known', () => {
    const key = { family: 'sd3' };
    expect(atOnce(flagsTable(situationOn('sd1-sdp', txt2img(512, 512, 1), { usableMiB: 8192, key })))).toBeNull();
  });
});
