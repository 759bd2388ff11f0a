/**
 * What helps these settings, each checked by the estimate itself. Where they do not surely fit a remedy is one under
 * which they do, alone or, where none alone is enough or each alone makes another picture, together with others. Where
 * they fit it is what makes them need less.
 */
import type { Advice, AdvisedStep, UnknownRemedy } from '../protocol/advice.ts';
import type { Steps } from '../base/steps.ts';
import { createJudge } from './judge.ts';
import { unchanged, type Judge, type Judged, type Plan, type Situation } from './plan.ts';
import { byWorth, keepsPicture, remedyOf } from './price.ts';
import { REMEDIES } from './registry.ts';
import type { Candidate, RemedyKind } from './remedy.ts';
import { sufficientSets, type Sufficient, type Tried as TriedSet } from './together.ts';

const MOST_REMEDIES = 12;
/** Of what fits already: less is no saving that anyone would see. */
const LEAST_SAVING_MIB = 64;

export function* advise(situation: Situation): Steps<Advice> {
  const judge = createJudge(situation);
  const base = unchanged(situation);
  const before = judge.of(base);
  const { found, unknown } =
    before?.verdict === 'fits' ? yield* savers(situation, before, judge) : yield* helpers(situation, judge);
  const remedies = found.map((one) => remedyOf(situation, { plan: base, judged: before }, one)).sort(byWorth);
  return {
    verdict: before?.verdict ?? null,
    required: before?.required ?? null,
    usableMiB: Math.round(situation.now.memory.usableMiB),
    remedies: remedies.slice(0, MOST_REMEDIES),
    unknown,
  };
}

interface Found {
  readonly found: readonly Sufficient[];
  readonly unknown: UnknownRemedy[];
}

interface Tried extends TriedSet {
  readonly kind: RemedyKind;
}

/** All plain changes as they are judged, and those of which nothing tells. */
function* tried(
  situation: Situation,
  judge: Judge,
): Steps<{ readonly all: readonly Tried[]; readonly unknown: UnknownRemedy[] }> {
  const base = unchanged(situation);
  const unknown = REMEDIES.flatMap((kind) => kind.unknown(situation));
  const all: Tried[] = [];
  for (const kind of REMEDIES.filter(({ searches }) => !searches)) {
    for (const one of kind.candidates(situation, base, judge)) {
      yield;
      const plan = one.apply(base);
      const judged = judge.of(plan);
      if (judged === null) unknown.push({ code: one.step.change.code, why: 'networks' });
      else all.push({ kind, changes: [one], steps: [one.step], plan, judged });
    }
  }
  return { all, unknown: withoutTwice(unknown) };
}

function* helpers(situation: Situation, judge: Judge): Steps<Found> {
  const base = unchanged(situation);
  const { all, unknown } = yield* tried(situation, judge);
  const alone: Sufficient[] = [];
  for (const kind of REMEDIES) {
    yield;
    const found = kind.searches
      ? kind.candidates(situation, base, judge).flatMap((one) => sufficient(one, base, judge))
      : all.filter((one) => one.kind === kind && one.judged.verdict === 'fits');
    alone.push(...found);
  }
  const keeps = alone.some(({ steps }) => steps.every(keepsPicture));
  const before = judge.of(base);
  if (keeps || before === null) return { found: alone, unknown };
  const short = all.filter(({ judged }) => judged.verdict !== 'fits');
  yield;
  const sets = sufficientSets(situation, base, before, short, judge, alone.length > 0);
  return { found: [...alone, ...sets], unknown };
}

function* savers(situation: Situation, before: Judged, judge: Judge): Steps<Found> {
  const { all, unknown } = yield* tried(situation, judge);
  const saves = ({ judged, steps }: Tried): boolean =>
    before.required.valueMiB - judged.required.valueMiB >= LEAST_SAVING_MIB &&
    judged.verdict === 'fits' &&
    !steps.some(isSlider);
  return { found: all.filter(saves), unknown };
}

function isSlider({ applied }: AdvisedStep): boolean {
  return applied.kind === 'sliders';
}

function sufficient({ step, apply }: Candidate, base: Plan, judge: Judge): Sufficient[] {
  const plan = apply(base);
  const judged = judge.of(plan);
  return judged?.verdict === 'fits' ? [{ steps: [step], plan, judged }] : [];
}

function withoutTwice(unknown: readonly UnknownRemedy[]): UnknownRemedy[] {
  return [...new Map(unknown.map((one) => [one.code, one])).values()];
}
