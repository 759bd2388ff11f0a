import type { Steps } from '../../base/steps.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import type { Observation, ReplayFit } from '../types.ts';
import { replayedNeed, TOLERANCE } from './need.ts';

const at = (
  operation: 'txt2img' | 'img2img',
  width: number,
  height: number,
  batchSize: number,
): GenerationSettings => ({ operation, width, height, batchSize, hires: null });
/**
 * Where sampling rules, at sizes that fill 2 MiB blocks in different ways; where decoding does; where encoding does.
 * None that a benchmark runs.
 */
const SETTINGS = [
  at('img2img', 960, 832, 6),
  at('img2img', 832, 640, 8),
  at('img2img', 1024, 576, 5),
  at('img2img', 896, 512, 8),
  at('img2img', 704, 576, 7),
  at('img2img', 1088, 832, 4),
  at('txt2img', 1024, 832, 1),
  at('txt2img', 832, 704, 1),
  at('img2img', 1088, 960, 1),
] as const;

/**
 * Runs under caps that need not be made: just above and just below what the replayed networks need. None where nothing
 * was recognised.
 * @param slackMiB left free at idle in the weights' segments; the replay's offset is at least that.
 */
export function* replayedProbes(replay: ReplayFit | null, staticMiB: number, slackMiB: number): Steps<Observation[]> {
  if (replay === null) return [];
  const probes: Observation[] = [];
  for (const settings of SETTINGS) {
    probes.push(...aboutNeed(settings, staticMiB, replayedNeed(replay, settings, slackMiB).needMiB));
    yield;
  }
  return probes;
}

function aboutNeed(settings: GenerationSettings, staticMiB: number, needMiB: number): Observation[] {
  return (
    [
      ['ok', 1 + TOLERANCE],
      ['oom', 1 - TOLERANCE],
    ] as const
  ).map(([outcome, share]): Observation => ({
    settings,
    capMiB: staticMiB + needMiB * share,
    outcome,
    activePeakMiB: null,
    reservedPeakMiB: null,
    phases: null,
    allocRetries: null,
    idleSlackMiB: null,
    roomMiB: null,
    heldMiB: null,
  }));
}
