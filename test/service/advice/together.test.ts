import { describe, expect, test } from '@jest/globals';
import { learnt, recorded } from '../../../benchmarks/advice/rig.ts';
import { advise } from '../../../service/advice/advise.ts';
import { flagsTable } from '../../../service/advice/flags.ts';
import type { Situation } from '../../../service/advice/plan.ts';
import { atOnce } from '../../../service/base/steps.ts';
import type { Advice, FlagsTable } from '../../../service/protocol/advice.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { hiresFix, situationOn, txt2img } from './hosts.ts';

type Flags = Pick<FlagsTable['rows'][number], 'attention' | 'vramMode' | 'vae'>;

/** Attention that is advised. */
const ADVISED = ['sdp', 'xformers'];

/** Sets of flags that fit by the table and can be advised; the set in force is none. */
function flagsThatFit(situation: Situation): Flags[] {
  const table = atOnce(flagsTable(situation));
  if (table === null) throw new Error('the networks are not known');
  const now = table.rows.find(({ isNow }) => isNow);
  return table.rows.filter(
    ({ isNow, verdict, attention, vae }) =>
      !isNow &&
      verdict === 'fits' &&
      (attention === now?.attention || ADVISED.includes(attention)) &&
      (vae === now?.vae || vae === 'half'),
  );
}

function codesOf({ remedies }: Advice): string[] {
  return remedies.map(({ steps }) =>
    steps
      .map(({ change }) => ('to' in change ? `${change.code} ${change.to}` : change.code))
      .sort()
      .join(' + '),
  );
}

const ofFlagsAlone = (code: string): boolean =>
  code.split(' + ').every((one) => /^(attention|vram-mode|half)/.test(one));

describe('changes together', () => {
  test('are judged as they are: one may save more on top of another than by itself', () => {
    const situation = situationOn('sd1-sdp', txt2img(2048, 2048, 1), { usableMiB: 7978 });
    const advice = atOnce(advise(situation));
    expect(codesOf(advice)).toContain('attention xformers + vram-mode medvram');
    const together = advice.remedies.find(({ steps }) => steps.length > 1);
    expect(together?.verdict).toBe('fits');
    expect(together?.savesMiB?.valueMiB).toBeGreaterThan(10_000);
  });

  const CASES: [string, string, GenerationSettings, number][] = [
    ['SD 1.5 with sdp, a picture of 2048x2048 on 8 GB', 'sd1-sdp', txt2img(2048, 2048, 1), 7978],
    ['SD 1.5 with sdp, 1408x1408 on 6 GB', 'sd1-sdp', txt2img(1408, 1408, 1), 5900],
    ['SD 1.5 with sdp, hires fix on 6 GB', 'sd1-sdp', hiresFix('hires_image', [512, 768, 4], 2), 6144],
    ['SD 1.5 with Doggettx, 2048x2048 on 8 GB', 'sd1-doggettx', txt2img(2048, 2048, 1), 7978],
    ['SDXL with sdp, 1536x1536 on 8 GB', 'sdxl-sdp', txt2img(1536, 1536, 1), 7978],
  ];

  test.each(CASES)(
    '%s: flags that fit by the table of flags are advised, with and without runs',
    (_name, table, settings, usableMiB) => {
      const unseen = situationOn(table, settings, { usableMiB });
      for (const situation of [unseen, { ...unseen, fit: learnt(recorded(table)) }]) {
        const fitting = flagsThatFit(situation);
        expect(fitting).not.toEqual([]);
        expect(codesOf(atOnce(advise(situation))).filter(ofFlagsAlone)).not.toEqual([]);
      }
    },
  );

  test('are the fewest that are enough: none of them is left out of a set', () => {
    for (const [, table, settings, usableMiB] of CASES) {
      const codes = codesOf(atOnce(advise(situationOn(table, settings, { usableMiB }))));
      for (const code of codes) {
        const parts = code.split(' + ');
        for (const part of parts) if (parts.length > 1) expect(codes).not.toContain(part);
      }
    }
  });
});
