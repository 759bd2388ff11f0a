/** Settings near the edge of a card: whether what is advised first works, and how long advice takes. */
import { advise } from '../../service/advice/advise.ts';
import { createJudge } from '../../service/advice/judge.ts';
import { atOnce } from '../../service/base/steps.ts';
import type { Change } from '../../service/model/unmeasured/what-if.ts';
import { hashUnit } from '../../service/plan/random.ts';
import type { AdvisedChange, Remedy } from '../../service/protocol/advice.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { learnt, planOf, recorded, situationOf, type Recorded } from './rig.ts';

const TABLES = [
  'sd1-sdp',
  'sd1-doggettx',
  'sd1-xformers',
  'sd1-sub-quadratic',
  'sd1-sdp-medvram',
  'sd1-sdp-no-half',
  'sd1-sdp-no-half-vae',
  'sd1-sdp-none',
  'sd2-sdp',
  'sdxl-sdp',
];
/** A card holds so much of what is needed: near the edge, and too little. */
const LEAST_SHARE = 0.85;
const OF_EACH = 16;

/** The table that a change of the set-up leads to, where it was recorded. */
const LEADS_TO: Readonly<Record<string, string>> = {
  'sd1-sdp attention xformers': 'sd1-xformers',
  'sd1-doggettx attention sdp': 'sd1-sdp',
  'sd1-doggettx attention xformers': 'sd1-xformers',
  'sd1-sub-quadratic attention sdp': 'sd1-sdp',
  'sd1-sub-quadratic attention xformers': 'sd1-xformers',
  'sd1-xformers attention sdp': 'sd1-sdp',
  'sd1-sdp vram-mode medvram': 'sd1-sdp-medvram',
  'sd1-sdp vram-mode lowvram': 'sd1-sdp-lowvram',
  'sd1-sdp-medvram vram-mode lowvram': 'sd1-sdp-lowvram',
  'sd1-sdp-no-half half': 'sd1-sdp',
  'sd1-sdp-no-half-vae half-vae': 'sd1-sdp',
  'sd1-sdp fp8-weights': 'sd1-sdp-fp8',
};

export interface FirstJudged {
  readonly table: string;
  readonly asked: number;
  readonly answered: number;
  readonly worked: number;
  /**
   * Of those that were answered so many were judged by a recorded need; the others by the replay of the card's own law.
   */
  readonly byRecord: number;
  readonly tookMs: readonly number[];
  readonly failed: readonly string[];
}

/** @param isMeasured whether the set-up's runs have told which law it has. */
export function judgeFirst(seed: number, isMeasured: boolean): FirstJudged[] {
  return TABLES.map((name) => judgeTable(name, seed, isMeasured));
}

function judgeTable(name: string, seed: number, isMeasured: boolean): FirstJudged {
  const on = recorded(name);
  const random = (what: string): number => hashUnit(seed, `${name} ${what}`);
  const truth = learnt(on);
  const rows = on.table.rows.filter(({ needMiB }) => needMiB !== null);
  const tookMs: number[] = [];
  const failed: string[] = [];
  let [answered, worked, byRecord] = [0, 0, 0];
  for (let drawn = 0; drawn < OF_EACH; drawn += 1) {
    const row = rows[Math.floor(random(`row ${drawn}`) * rows.length)];
    if (row === undefined || row.needMiB === null) continue;
    const usableMiB = row.needMiB * (LEAST_SHARE + (1 - LEAST_SHARE) * random(`card ${drawn}`)) - 1;
    const situation = situationOf(on, isMeasured ? truth : on.unseen, row.settings, usableMiB);
    const begunMs = performance.now();
    const [first] = atOnce(advise(situation)).remedies;
    tookMs.push(performance.now() - begunMs);
    if (first === undefined) continue;
    answered += 1;
    const { needMiB, isRecorded } = neededAfter(on, truth, row.settings, usableMiB, first);
    if (isRecorded) byRecord += 1;
    if (needMiB <= usableMiB) worked += 1;
    else failed.push(`${JSON.stringify(first.steps.map(({ change }) => change))} ${needMiB - usableMiB} MiB short`);
  }
  return { table: name, asked: OF_EACH, answered, worked, byRecord, tookMs, failed };
}

/** What it then really needs, of the whole device. */
function neededAfter(
  on: Recorded,
  truth: ReturnType<typeof learnt>,
  settings: GenerationSettings,
  usableMiB: number,
  { steps }: Remedy,
): { readonly needMiB: number; readonly isRecorded: boolean } {
  const changes = steps.flatMap(({ change }) => changeOf(change));
  const after = steps.reduce((now, { applied }) => (applied.kind === 'sliders' ? applied.settings : now), settings);
  const [step] = steps;
  const to =
    changes.length === 0 ? on.table.name : step === undefined ? '' : LEADS_TO[`${on.table.name} ${named(step.change)}`];
  const row = steps.length > 1 || to === undefined ? null : recorded(to).rowOf(after);
  if (row !== null && row.needMiB !== null) return { needMiB: row.needMiB, isRecorded: true };
  const judged = createJudge(situationOf(on, truth, after, usableMiB)).of(planOf(after, changes));
  if (judged === null) throw new Error(`${on.table.name}: no replay of what is advised`);
  return { needMiB: judged.required.valueMiB, isRecorded: false };
}

function named(change: AdvisedChange): string {
  return 'to' in change ? `${change.code} ${change.to}` : change.code;
}

export function changeOf(change: AdvisedChange): Change[] {
  switch (change.code) {
    case 'attention':
      return [{ what: 'attention', to: change.to }];
    case 'vram-mode':
      return [{ what: 'vram-mode', to: change.to }];
    case 'fp8-weights':
      return [{ what: 'precision', to: 'fp8' }];
    case 'half':
    case 'half-vae':
      return [{ what: 'precision', to: 'half' }];
    case 'prompts-apart':
      return [{ what: 'batch-cond-uncond', to: false }];
    default:
      return [];
  }
}
