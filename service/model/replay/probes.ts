import type { GenerationSettings } from '../../protocol/settings.ts';
import type { Observation, ReplayFit } from '../types.ts';
import { allNetworks, once, type Networks } from './networks.ts';
import { neededMiB } from './peaks.ts';

/** How far a host's need may lie from the replayed one: what is measured on the host itself counts more. */
const TOLERANCE = 0.01;

const at = (operation: 'txt2img' | 'img2img', width: number, height: number, batchSize: number): GenerationSettings => ({ operation, width, height, batchSize, hires: null });
/** Where sampling rules, at sizes that fill 2 MiB blocks in different ways; where decoding does; where encoding does. None that a benchmark runs. */
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

/** Worked out when first asked for: it takes some milliseconds, and is the same ever after. */
const NEEDS: ReadonlyMap<string, () => readonly number[]> = new Map(
  allNetworks().map((networks) => [nameOf(networks), once(() => SETTINGS.map((settings) => neededMiB(networks, settings)))]),
);

function nameOf({ shape, precision, copies, evaluated, decode, encode, scores }: Networks): string {
  return [shape, precision, copies, evaluated, decode, encode, scores].join(' ');
}

/**
 * Runs under caps that need not be made: just above and just below what the replayed networks need. None where nothing was recognised.
 * @param slackMiB left free at idle in the weights' segments; the replay's offset is at least that.
 */
export function replayedProbes(replay: ReplayFit | null, staticMiB: number, slackMiB: number): Observation[] {
  if (replay === null) return [];
  const needs = NEEDS.get(nameOf(replay.networks))?.() ?? [];
  return SETTINGS.flatMap((settings, i) => {
    const needMiB = replay.scale * (needs[i] ?? 0) + Math.max(slackMiB, replay.offsetMiB);
    return ([
      ['ok', 1 + TOLERANCE],
      ['oom', 1 - TOLERANCE],
    ] as const).map(([outcome, share]): Observation => ({
      settings,
      capMiB: staticMiB + needMiB * share,
      outcome,
      activePeakMiB: null,
      reservedPeakMiB: null,
      phases: null,
      allocRetries: null,
      idleSlackMiB: null,
    }));
  });
}
