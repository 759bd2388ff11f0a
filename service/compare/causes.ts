/** Why one needs more than the other: only what figures or facts of theirs bear out. */
import type { Facts, Figures, Side } from './side.ts';
import { NOTICED_MIB, type RowName, type Rows } from './rows.ts';

/** Which of the two needs more on its account. */
export type More = 'a' | 'b';

/** Two values of one fact. */
interface Differs {
  readonly a: string;
  readonly b: string;
}

/**
 * The closed list. `differenceMiB` is the cause's share of its row's difference; null where only the whole row's is
 * known, which it shares with the row's other causes.
 */
export type Cause = {
  readonly row: RowName;
  readonly more: More;
  readonly differenceMiB: number | null;
} & (
  | { readonly code: 'settings' }
  | { readonly code: 'live-preview-full' }
  | { readonly code: 'checkpoints-kept'; readonly most: number }
  | { readonly code: 'extras'; readonly extras: readonly string[] }
  | {
      readonly code: 'weights-precision' | 'vae-precision' | 'attention' | 'vram-mode' | 'allocator' | 'torch';
      readonly values: Differs;
    }
  | { readonly code: 'cond-uncond-batched' }
  | { readonly code: 'cache-kept' }
  | { readonly code: 'cache-given-back'; readonly times: number }
  | { readonly code: 'context' }
  | { readonly code: 'other-program'; readonly programs: readonly string[] }
);

export function causesOf(a: Side, b: Side, rows: Rows): Cause[] {
  return [
    ...tensorCauses(a.facts, b.facts, rows),
    ...weightsCauses(a.facts, b.facts, rows),
    ...cacheCauses(a.facts, b.facts, rows),
    ...outsideCauses(a, b, rows),
  ];
}

/** Who needs more of a row, and by how much; null where it is not noticed, or one of the figures is not known. */
function noticed(rows: Rows, row: RowName): { readonly more: More; readonly byMiB: number } | null {
  const differenceMiB = rows.find((one) => one.row === row)?.differenceMiB ?? null;
  if (differenceMiB === null || Math.abs(differenceMiB) < NOTICED_MIB) return null;
  return { more: differenceMiB > 0 ? 'a' : 'b', byMiB: Math.abs(differenceMiB) };
}

function tensorCauses(a: Facts, b: Facts, rows: Rows): Cause[] {
  const row: RowName = rows.some((one) => one.row === 'activations') ? 'activations' : 'tensors';
  const found = noticed(rows, row);
  if (found === null) return [];
  const { more } = found;
  const [larger, smaller] = more === 'a' ? [a, b] : [b, a];
  const shared = { row, more, differenceMiB: null } as const;
  const causes: Cause[] = [];
  if (differ(settingsText(a), settingsText(b))) causes.push({ ...shared, code: 'settings' });
  if (larger.livePreviewFull === true && smaller.livePreviewFull !== true && decodesWhileSampling(larger))
    causes.push({ ...shared, code: 'live-preview-full' });
  if (larger.condUncondBatched === true && smaller.condUncondBatched === false)
    causes.push({ ...shared, code: 'cond-uncond-batched' });
  for (const [code, name] of [
    ['vae-precision', 'vaePrecision'],
    ['attention', 'attention'],
  ] as const) {
    const values = differing(a[name], b[name]);
    if (values !== null) causes.push({ ...shared, code, values });
  }
  return [...causes, ...extrasOf(larger, smaller, row, more)];
}

/** With a preview in full the sampling holds what a decode needs: its peak is near the decode's. */
const NEAR = 0.9;

function decodesWhileSampling({ phasesMiB }: Facts): boolean {
  const { sampling, decode } = phasesMiB;
  return sampling === undefined || decode === undefined || sampling >= NEAR * decode;
}

function weightsCauses(a: Facts, b: Facts, rows: Rows): Cause[] {
  const found = noticed(rows, 'weights');
  if (found === null) return [];
  const { more } = found;
  const [larger, smaller] = more === 'a' ? [a, b] : [b, a];
  const shared = { row: 'weights', more, differenceMiB: null } as const;
  const causes: Cause[] = [];
  if ((larger.checkpointsKept ?? 1) > Math.max(1, smaller.checkpointsKept ?? 1))
    causes.push({ ...shared, code: 'checkpoints-kept', most: larger.checkpointsKept ?? 1 });
  for (const [code, name] of [
    ['weights-precision', 'weightsPrecision'],
    ['vram-mode', 'vramMode'],
  ] as const) {
    const values = differing(a[name], b[name]);
    if (values !== null) causes.push({ ...shared, code, values });
  }
  return [...causes, ...extrasOf(larger, smaller, 'weights', more)];
}

function extrasOf(larger: Facts, smaller: Facts, row: RowName, more: More): Cause[] {
  const extras = (larger.extras ?? []).filter((extra) => !(smaller.extras ?? []).includes(extra));
  return extras.length === 0 ? [] : [{ row, more, differenceMiB: null, code: 'extras', extras }];
}

/** The figure is the cause: PyTorch keeps what was freed, until it is told to give it back or the card is full. */
function cacheCauses(a: Facts, b: Facts, rows: Rows): Cause[] {
  const found = noticed(rows, 'cache');
  if (found === null) return [];
  const { more, byMiB } = found;
  const times = (more === 'a' ? b : a).allocRetries ?? 0;
  const shared = { row: 'cache', more, differenceMiB: byMiB } as const;
  const values = differing(a.allocConf, b.allocConf);
  return [
    times > 0 ? { ...shared, code: 'cache-given-back', times } : { ...shared, code: 'cache-kept' },
    ...(values === null ? [] : [{ ...shared, differenceMiB: null, code: 'allocator' as const, values }]),
  ];
}

function outsideCauses(a: Side, b: Side, rows: Rows): Cause[] {
  const context = noticed(rows, 'context');
  const others = noticed(rows, 'others');
  const outside = noticed(rows, 'outside');
  const torch = differing(a.facts.torchVersion, b.facts.torchVersion);
  const causes: Cause[] = [];
  if (context !== null)
    causes.push({ row: 'context', more: context.more, differenceMiB: context.byMiB, code: 'context' });
  if (context !== null && torch !== null)
    causes.push({ row: 'context', more: context.more, differenceMiB: null, code: 'torch', values: torch });
  if (others !== null) causes.push(otherProgram('others', others.more, others.byMiB, a, b));
  if (outside !== null) {
    const byMiB = othersBeyond(outside.more, a.figures, b.figures);
    if (byMiB >= NOTICED_MIB) causes.push(otherProgram('outside', outside.more, Math.min(byMiB, outside.byMiB), a, b));
  }
  return causes;
}

/** Where the others of one are known by themselves, and are more than all that is not torch's in the other. */
function othersBeyond(more: More, a: Figures, b: Figures): number {
  const [larger, smaller] = more === 'a' ? [a, b] : [b, a];
  if (larger.othersMiB === null || smaller.outsideMiB === null) return 0;
  return larger.othersMiB - smaller.outsideMiB;
}

function otherProgram(row: RowName, more: More, differenceMiB: number, a: Side, b: Side): Cause {
  const { otherPrograms } = (more === 'a' ? a : b).facts;
  return {
    row,
    more,
    differenceMiB,
    code: 'other-program',
    programs: otherPrograms.slice(0, 4).map(({ name }) => name),
  };
}

function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

function differing(a: string | null, b: string | null): Differs | null {
  return a !== null && b !== null && a !== b ? { a, b } : null;
}

function settingsText({ settings }: Facts): string | null {
  return settings === null ? null : JSON.stringify(settings);
}
