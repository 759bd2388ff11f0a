/** Which phase each piece of a generation is of, from the marks that the shim sets as it goes. */
import type { Phase } from '../protocol/settings.ts';
import type { PhaseCounters } from '../protocol/run.ts';
import type { ShimMessage } from '../protocol/shim.ts';
import { isInpainting } from './conditioning.ts';
import { isTrue } from './facts.ts';
import { isImg2Img, upscalesLatent } from './settings.ts';

export type Mark = Extract<ShimMessage, { type: 'run-mark' }>;
export type Ended = Extract<ShimMessage, { type: 'run-ended' }>;
/** null for work that belongs to none. */
export type PhaseOrNone = Phase | 'start' | null;

/** What begins with a mark. Hires fix has decoded before `post_sample`, where else decoding comes next. */
export function webuiPhase({ at, facts }: Pick<Mark, 'at' | 'facts'>): PhaseOrNone {
  const hires = isTrue(facts['enable_hr']);
  const second = isTrue(facts['is_hr_pass']);
  switch (at) {
    case 'process':
      return isImg2Img(facts) ? 'encode' : 'start';
    case 'before_process_batch':
      return isInpainting(facts) && !isImg2Img(facts) ? 'encode' : 'start';
    case 'launch_sampling':
      return second ? 'hires_sampling' : 'sampling';
    case 'launched_sampling':
      if (!hires || second) return 'decode';
      return upscalesLatent(facts) && !isInpainting(facts) ? null : 'upscale';
    case 'post_sample':
      return hires ? null : 'decode';
    default:
      return null;
  }
}

/** The phase in hand, with what was counted since it began; those told already are not told again. */
export interface Phases {
  readonly phase: PhaseOrNone;
  readonly sinceMs: number;
  readonly activePeakMiB: number | null;
  readonly reservedPeakMiB: number;
  readonly told: ReadonlySet<string>;
}

export const FIRST: Phases = {
  phase: 'start',
  sinceMs: 0,
  activePeakMiB: null,
  reservedPeakMiB: 0,
  told: new Set(),
};

interface Step {
  readonly phases: Phases;
  readonly ended: PhaseCounters | null;
}

/** `start` is told only of a run that does not get further. */
export function atMark(before: Phases, mark: Mark, next: PhaseOrNone): Step {
  const phases = counted(before, mark.torch);
  if (next === phases.phase) return { phases, ended: null };
  const ended = phases.phase === 'start' ? null : endOf(phases, mark.afterMs);
  const told = ended === null ? phases.told : new Set([...phases.told, ended.phase]);
  return { phases: { ...FIRST, phase: next, sinceMs: mark.afterMs, told }, ended };
}

export function atEnd(before: Phases, { torch, afterMs }: Ended): PhaseCounters | null {
  return endOf(counted(before, torch), afterMs);
}

function counted(phases: Phases, torch: Mark['torch']): Phases {
  if (torch === null) return phases;
  return {
    ...phases,
    activePeakMiB: Math.max(phases.activePeakMiB ?? 0, torch.activePeakMiB),
    reservedPeakMiB: Math.max(phases.reservedPeakMiB, torch.reservedPeakMiB),
  };
}

/** null where it is none, was told, or nothing was counted. */
function endOf({ phase, sinceMs, activePeakMiB, reservedPeakMiB, told }: Phases, atMs: number): PhaseCounters | null {
  if (phase === null || told.has(phase) || activePeakMiB === null) return null;
  return { phase, activePeakMiB, reservedPeakMiB, durationMs: Math.max(0, atMs - sinceMs) };
}
