/** What the product says with no run of settings that somebody reports to have failed, or to have run. */
import { at } from '../../service/base/at.ts';
import type { Result } from '../../service/base/result.ts';
import { estimate, type EstimateMiB } from '../../service/estimate/estimate.ts';
import { spillWarnings } from '../../service/estimate/spill.ts';
import { verdict, type LiveMemory, type Verdict } from '../../service/estimate/verdict.ts';
import { tensorOf, type TensorFound } from '../../service/explain/tensor.ts';
import type { ErrorReading } from '../../service/explain/kinds.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { fitOf, type NoFigure, type SetUp } from './host.ts';
import { networksOf } from './peaks.ts';
import type { NotTold, PersonsReport } from './report-row.ts';

/** `more-was-free`: the error itself says that there was more free than was asked for, so the card was large enough. */
export type Unanswered = NotTold | NoFigure | 'more-was-free';

export interface ReportAnswer {
  /** `tight` also where the set-ups that may be meant have different ones. */
  readonly verdict: Verdict;
  /** The peak reaches where a driver that spills begins to. */
  readonly maySpill: boolean;
  /** Of the likeliest set-up. */
  readonly estimate: EstimateMiB;
  readonly availableMiB: number;
}

/** A context, and a desktop. */
const USUAL_OTHERS_MIB = 450;

export function answerReport({ outcome, setUps, settings, error }: PersonsReport): Result<ReportAnswer, Unanswered> {
  if (!outcome.ok) return outcome;
  if (!setUps.ok) return setUps;
  if (!settings.ok) return settings;
  if (moreWasFree(error)) return { ok: false, reason: 'more-was-free' };
  const answers: ReportAnswer[] = [];
  for (const setUp of setUps.value) {
    const answer = answerOf(setUp, settings.value, error);
    if (!answer.ok) return answer;
    answers.push(answer.value);
  }
  const likeliest = at(answers, 0);
  const agree = answers.every(({ verdict: one }) => one === likeliest.verdict);
  return { ok: true, value: agree ? likeliest : { ...likeliest, verdict: 'tight' } };
}

function answerOf(
  setUp: SetUp,
  settings: GenerationSettings,
  error: ErrorReading | null,
): Result<ReportAnswer, Unanswered> {
  const fit = fitOf(setUp);
  if (!fit.ok) return fit;
  const live = liveOf(setUp, error);
  const said = estimate(fit.value, settings, live.usableMiB - live.otherMiB);
  if (!said.ok) return { ok: false, reason: 'no-size' };
  // As the readout has it: the peak with all the room that it wants.
  const unbounded = estimate(fit.value, settings);
  const { verdict: answer, availableMiB } = verdict(said, live);
  const maySpill = unbounded.ok && spillWarnings(unbounded.peak, live).length > 0;
  return { ok: true, value: { verdict: answer, maySpill, estimate: said, availableMiB } };
}

function moreWasFree(error: ErrorReading | null): boolean {
  return error !== null && error.triedMiB !== null && error.freeMiB !== null && error.freeMiB > error.triedMiB;
}

/** As nvidia-smi would have shown it: an error's text tells what was not torch's. */
export function liveOf({ card }: SetUp, error: ErrorReading | null): LiveMemory {
  const totalMiB = error?.totalMiB ?? card.totalMiB ?? 0;
  if (error === null || error.freeMiB === null || error.reservedMiB === null)
    return { usableMiB: totalMiB, otherMiB: USUAL_OTHERS_MIB };
  return { usableMiB: totalMiB, otherMiB: Math.max(0, totalMiB - error.freeMiB - error.reservedMiB) };
}

/** Up to 1.5 Doggettx's attention did all at once what it could not cut evenly. */
const AT_ONCE = '';

/** The allocation that was refused, found by its size among those of the replay; null where settings are not told. */
export function refusedTensor({ setUps, settings, error }: PersonsReport): TensorFound | null {
  if (error === null || error.triedMiB === null || !setUps.ok || !settings.ok) return null;
  const meant = setUps.value.flatMap((setUp) => [setUp, { ...setUp, attention: AT_ONCE }]);
  for (const setUp of meant) {
    const fit = fitOf({ ...setUp, webuiVersion: null });
    if (!fit.ok) continue;
    const { staticMiB } = fit.value;
    for (const evaluated of [2, 1] as const)
      for (const networks of networksOf(fit.value)) {
        const found = tensorOf(error, { networks: { ...networks, evaluated }, settings: settings.value, staticMiB });
        if (found !== null) return found;
      }
  }
  return null;
}
