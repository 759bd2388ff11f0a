/** What would be under a plan: the estimate itself, of the set-up that it makes. */
import { estimateNow } from '../estimate/circumstances.ts';
import type { EstimateMiB } from '../estimate/estimate.ts';
import { onDevice, peakOnDevice } from '../estimate/on-device.ts';
import { verdict, type LiveMemory } from '../estimate/verdict.ts';
import type { Fit } from '../model/types.ts';
import { whatIf, type Change } from '../model/unmeasured/what-if.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import { measureOf } from './largest/search.ts';
import type { Judge, Judged, Plan, Situation } from './plan.ts';

/** @returns a judge that remembers what it was asked: remedies are tried alone and together. */
export function createJudge(situation: Situation): Judge {
  const fits = new Map<string, Fit | null>();
  const judged = new Map<string, Judged | null>();

  function fitOf({ changes, unloadedMiB }: Plan): Fit | null {
    const fit = once(fits, JSON.stringify(changes), () => fitUnder(situation, changes));
    return fit === null || unloadedMiB === 0 ? fit : { ...fit, staticMiB: Math.max(0, fit.staticMiB - unloadedMiB) };
  }
  const memoryOf = ({ closedMiB }: Plan): LiveMemory => {
    const { memory } = situation.now;
    return { ...memory, otherMiB: memory.otherMiB - closedMiB };
  };
  const of = (plan: Plan): Judged | null =>
    once(judged, nameOf(plan), () => judge(situation, fitOf(plan), plan.settings, memoryOf(plan)));

  return {
    of,
    measure: (plan) => {
      const fit = fitOf(plan);
      if (fit === null) return null;
      const memory = memoryOf(plan);
      const requiredOf = (settings: GenerationSettings): EstimateMiB | null => {
        const result = estimateNow(fit, settings, { ...situation.now, memory }, 'required');
        return result.ok ? result : null;
      };
      return measureOf(fit, memory, (settings, asked) =>
        asked === 'all' ? (of({ ...plan, settings })?.estimate ?? null) : requiredOf(settings),
      );
    },
  };
}

function fitUnder({ fit, setUp }: Situation, changes: readonly Change[]): Fit | null {
  if (changes.length === 0) return fit;
  const answer = whatIf(setUp, changes, fit);
  if (answer.ok) return answer.value;
  return answer.reason === 'no-change' ? fit : null;
}

function nameOf({ settings, changes, closedMiB, unloadedMiB }: Plan): string {
  return JSON.stringify([settings, changes, closedMiB, unloadedMiB]);
}

function once<T>(known: Map<string, T>, name: string, make: () => T): T {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = make();
  known.set(name, made);
  return made;
}

function judge({ now }: Situation, fit: Fit | null, settings: GenerationSettings, memory: LiveMemory): Judged | null {
  const estimate = fit === null ? null : estimateNow(fit, settings, { ...now, memory });
  if (estimate === null || !estimate.ok) return null;
  const { verdict: told, reason } = verdict(estimate, memory);
  return {
    estimate,
    verdict: told,
    reason,
    required: onDevice(estimate.required, memory.otherMiB),
    peak: peakOnDevice(estimate, memory),
    usableMiB: memory.usableMiB,
  };
}
