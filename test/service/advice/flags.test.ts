import { describe, expect, test } from '@jest/globals';
import { flagsTable } from '../../../service/advice/flags.ts';
import { atOnce } from '../../../service/base/steps.ts';
import type { FlagsTable } from '../../../service/protocol/advice.ts';
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
    expect(table.unknown).toEqual([{ code: 'tiled-vae', why: 'not-told' }]);
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
