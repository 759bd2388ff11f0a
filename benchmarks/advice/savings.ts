/** What a change of the set-up is said to save, against two recorded tables that differ by just that. */
import { quantile } from 'simple-statistics';
import { createJudge } from '../../service/advice/judge.ts';
import { savingOf } from '../../service/advice/price.ts';
import type { Change } from '../../service/model/unmeasured/what-if.ts';
import { planOf, recorded, situationOf } from './rig.ts';

const PAIRS: readonly (readonly [from: string, to: string, change: Change])[] = [
  ['sd1-doggettx', 'sd1-sdp', { what: 'attention', to: 'sdp' }],
  ['sd1-doggettx', 'sd1-xformers', { what: 'attention', to: 'xformers' }],
  ['sd1-doggettx-none', 'sd1-sdp-none', { what: 'attention', to: 'sdp' }],
  ['sd1-sub-quadratic', 'sd1-sdp', { what: 'attention', to: 'sdp' }],
  ['sd1-sub-quadratic', 'sd1-xformers', { what: 'attention', to: 'xformers' }],
  ['sd1-sdp', 'sd1-xformers', { what: 'attention', to: 'xformers' }],
  ['sd1-sdp', 'sd1-sdp-medvram', { what: 'vram-mode', to: 'medvram' }],
  ['sd1-sdp', 'sd1-sdp-lowvram', { what: 'vram-mode', to: 'lowvram' }],
  ['sd1-sdp-medvram', 'sd1-sdp-lowvram', { what: 'vram-mode', to: 'lowvram' }],
  ['sd1-doggettx', 'sd1-doggettx-medvram', { what: 'vram-mode', to: 'medvram' }],
  ['sd1-sdp-no-half', 'sd1-sdp', { what: 'precision', to: 'half' }],
  ['sd1-sdp-no-half-vae', 'sd1-sdp', { what: 'precision', to: 'half' }],
  ['sd1-sdp', 'sd1-sdp-fp8', { what: 'precision', to: 'fp8' }],
];
/** Attention that slices to fit peaks by what is free: the tables were recorded with so much. */
const USABLE_MIB = 24 * 1024;

export interface PairJudged {
  readonly from: string;
  readonly to: string;
  /** Errors of savings, as shares of the total before. */
  readonly required: readonly number[];
  readonly peak: readonly number[];
  /** Of what is required: so many recorded savings lie in the interval. */
  readonly inside: number;
}

export function judgeSavings(): PairJudged[] {
  return PAIRS.map(([from, to, change]) => {
    const [before, after] = [recorded(from), recorded(to)];
    const required: number[] = [];
    const peak: number[] = [];
    let inside = 0;
    for (const row of before.table.rows) {
      const other = after.rowOf(row.settings);
      if (other === null) continue;
      const judge = createJudge(situationOf(before, before.unseen, row.settings, USABLE_MIB));
      const [was, will] = [judge.of(planOf(row.settings, [])), judge.of(planOf(row.settings, [change]))];
      if (was === null || will === null) throw new Error(`${from} to ${to}: no estimate`);
      if (row.allocRetries === 0 && other.allocRetries === 0)
        peak.push(
          Math.abs(was.peak.valueMiB - will.peak.valueMiB - (row.reservedMiB - other.reservedMiB)) / row.reservedMiB,
        );
      if (row.needMiB === null || other.needMiB === null) continue;
      const saved = row.needMiB - other.needMiB;
      const saving = savingOf(was, will);
      required.push(Math.abs(saving.valueMiB - saved) / row.needMiB);
      if (saving.lowMiB <= saved && saved <= saving.highMiB) inside += 1;
    }
    return { from, to, required, peak, inside };
  });
}

export const P90 = 0.9;

export function p90(errors: readonly number[]): number | null {
  return errors.length === 0 ? null : quantile([...errors], P90);
}
