/** What a remedy saves and costs, and which of two comes first. */
import type { Interval } from '../model/types.ts';
import type { AdvisedStep, Picture, Remedy } from '../protocol/advice.ts';
import type { Judged, Plan, Situation } from './plan.ts';

/** As far as an estimate of the one and of the other may err apart from each other, of the larger one. */
const SPREAD = 0.02;

/** Of what is required: as both may be off alike, their ends are set against each other. */
export function savingOf(before: Judged, after: Judged): Interval {
  const ends = (['valueMiB', 'lowMiB', 'highMiB'] as const).map((end) => before.required[end] - after.required[end]);
  const spreadMiB = SPREAD * Math.max(before.required.valueMiB, after.required.valueMiB);
  return {
    valueMiB: before.required.valueMiB - after.required.valueMiB,
    lowMiB: Math.round(Math.min(...ends) - spreadMiB),
    highMiB: Math.round(Math.max(...ends) + spreadMiB),
  };
}

const PICTURES: readonly Picture[] = ['same', 'nearly', 'differs', 'smaller'];

export function remedyOf(
  situation: Situation,
  before: { readonly plan: Plan; readonly judged: Judged | null },
  after: { readonly steps: readonly AdvisedStep[]; readonly plan: Plan; readonly judged: Judged },
): Remedy {
  const { plan, judged } = after;
  const steps = after.steps.map((step) => withAllMoves(step, plan));
  const [was, will] = [situation.secondsOf(before.plan), situation.secondsOf(plan)];
  return {
    steps,
    savesMiB: before.judged === null ? null : savingOf(before.judged, judged),
    seconds: was === null || will === null ? null : Math.round((will - was) * 10) / 10,
    picture: PICTURES.findLast((one) => steps.some(({ picture }) => picture === one)) ?? 'same',
    restart: steps.some(({ restart }) => restart),
    required: judged.required,
    verdict: judged.verdict,
  };
}

/** Sliders are moved once: to where all steps together have them. */
function withAllMoves(step: AdvisedStep, { settings, times }: Plan): AdvisedStep {
  return step.applied.kind === 'sliders' ? { ...step, applied: { kind: 'sliders', settings, times } } : step;
}

/**
 * What is sure to save something before what may save nothing; one change before several; then the less it does to the
 * picture; then without a restart before with one; then the fewer seconds, where both are known. Sorting keeps the
 * order of those that are alike: registry.ts has the cheap first.
 */
export function byWorth(a: Remedy, b: Remedy): number {
  return (
    Number(mayBeNothing(a)) - Number(mayBeNothing(b)) ||
    a.steps.length - b.steps.length ||
    PICTURES.indexOf(a.picture) - PICTURES.indexOf(b.picture) ||
    Number(a.restart) - Number(b.restart) ||
    (a.seconds === null || b.seconds === null ? 0 : a.seconds - b.seconds)
  );
}

function mayBeNothing({ savesMiB }: Remedy): boolean {
  return savesMiB !== null && savesMiB.lowMiB <= 0;
}

export function keepsPicture({ picture }: Pick<Remedy, 'picture'>): boolean {
  return picture === 'same' || picture === 'nearly';
}
