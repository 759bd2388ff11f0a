/** The settings as they are, under each set of flags. */
import type { Steps } from '../base/steps.ts';
import { MIB_PER_GIB } from '../base/units.ts';
import { verdict, type LiveMemory, type VerdictResult } from '../estimate/verdict.ts';
import { toldBy, type AttentionName } from '../hosts/told.ts';
import type { Change } from '../model/unmeasured/what-if.ts';
import type { FlagsTable } from '../protocol/advice.ts';
import { createJudge } from './judge.ts';
import { unchanged, type Judge, type Judged, type Plan, type Situation } from './plan.ts';
import { untold } from './remedies/untold.ts';

/** Cards that people have. */
const CARDS_MIB = [4, 6, 8, 10, 12, 16, 24].map((gib) => gib * MIB_PER_GIB);
const ATTENTIONS: readonly AttentionName[] = ['sdp', 'xformers', 'Doggettx', 'sub-quadratic', 'InvokeAI', 'V1', 'None'];
/** They slice by what is free, and so otherwise on each card. */
const SLICING: readonly AttentionName[] = ['Doggettx', 'InvokeAI'];
const VRAM_MODES = ['none', 'medvram', 'lowvram'] as const;
const VAES = ['half', 'float'] as const;

type Row = FlagsTable['rows'][number];
type Flags = Pick<Row, 'attention' | 'vramMode' | 'vae'>;

/** A card of another size in place of this one: what others use goes along, and what the driver keeps. */
interface OtherCard {
  readonly memory: LiveMemory;
  readonly judge: Judge;
}

/** @returns null where the networks of this set-up are not known. */
export function* flagsTable(situation: Situation): Steps<FlagsTable | null> {
  const { key, device } = situation.setUp;
  const told = toldBy({ ...key, live_preview: 'light' }, device?.backend ?? 'cuda');
  if (!told.ok) return null;
  const judge = createJudge(situation);
  // Of a card of this one's size just as much is said as here.
  const keptMiB = Math.max(0, (situation.totalMiB ?? 0) - situation.now.memory.usableMiB);
  const cards = CARDS_MIB.map((totalMiB): OtherCard => {
    const memory = { usableMiB: totalMiB - keptMiB, otherMiB: situation.now.memory.otherMiB };
    return { memory, judge: createJudge({ ...situation, now: { ...situation.now, memory } }) };
  });
  // Where the denoising network computes in 32 bits the autoencoder does too.
  const vaes = told.value.unetBits === 32 ? (['float'] as const) : VAES;
  const all = VRAM_MODES.flatMap((vramMode) =>
    vaes.flatMap((vae) => ATTENTIONS.map((attention): Flags => ({ attention, vramMode, vae }))),
  );
  const rows: Row[] = [];
  for (const flags of all) {
    yield;
    const row = rowOf(situation, flags, judge, cards);
    if (row !== null) rows.push(row);
  }
  const unknown = untold.unknown(situation).filter(({ code }) => code === 'tiled-vae');
  return { cardsMiB: CARDS_MIB, rows, unknown };
}

function rowOf(situation: Situation, flags: Flags, judge: Judge, cards: readonly OtherCard[]): Row | null {
  const changes = changesTo(situation, flags);
  const plan = { ...unchanged(situation), changes };
  const judged = judge.of(plan);
  if (judged === null) return null;
  const onCards = cards.map((card) => verdictOn(card, plan, judged, SLICING.includes(flags.attention)));
  return {
    ...flags,
    isNow: changes.length === 0,
    required: judged.required,
    peak: judged.peak,
    verdict: judged.verdict,
    onCards: onCards.map((one) => one.verdict),
    slicesMayNotFit: [judged, ...onCards].some(({ reason }) => reason === 'slices-may-not-fit'),
  };
}

function verdictOn(
  { memory, judge }: OtherCard,
  plan: Plan,
  { estimate }: Judged,
  adapts: boolean,
): Pick<VerdictResult, 'verdict' | 'reason'> {
  const told = verdict({ ...estimate, warnings: [] }, memory);
  return told.verdict === 'fits' && adapts ? (judge.of(plan) ?? told) : told;
}

/** What is set otherwise than now; weights in 8 bits stay so. */
function changesTo({ setUp: { key } }: Situation, { attention, vramMode, vae }: Flags): Change[] {
  const changes: Change[] = [];
  if (key['attention'] !== attention) changes.push({ what: 'attention', to: attention });
  if ((key['vram_mode'] ?? 'none') !== vramMode) changes.push({ what: 'vram-mode', to: vramMode });
  if ((key['dtype_vae'] === 'float32') !== (vae === 'float')) {
    changes.push({ what: 'precision', to: vae === 'float' ? 'no-half-vae' : 'half' });
    if (key['fp8'] === 'True') changes.push({ what: 'precision', to: 'fp8' });
  }
  return changes;
}
