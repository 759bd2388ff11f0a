/**
 * Runs with --medvram and --lowvram as the real PyTorch counted them, phase by phase (benchmarks/data/real-allocator).
 */
import { readFileSync } from 'node:fs';
import type { HostTraits, Observation, Phase } from '../../../service/model/types.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';

const PHASES = ['encode', 'sampling', 'upscale', 'hires_sampling', 'decode'] as const satisfies readonly Phase[];
/** What the device had for the process: nothing had to be sliced. */
export const ROOM_MIB = 47_000;

export interface MovedRun extends Observation {
  readonly mode: string;
  readonly attention: string;
  readonly idleActiveMiB: number;
  readonly idleReservedMiB: number;
}

function settingsOf([op, width, height, batch, hrWidth, hrHeight, upscaler]: readonly string[]): GenerationSettings {
  const [w, h] = [Number(width), Number(height)];
  const [toWidth, toHeight] = [Number(hrWidth), Number(hrHeight)];
  // The WebUI enlarges until the target is covered, and crops.
  const times = Math.max(toWidth / w, toHeight / h);
  return {
    operation: op === 'hires' ? (upscaler === 'image' ? 'hires_image' : 'hires_latent') : op,
    width: w,
    height: h,
    batchSize: Number(batch),
    hires:
      op === 'hires'
        ? {
            width: toWidth,
            height: toHeight,
            uncroppedWidth: times * w,
            uncroppedHeight: times * h,
            upscaler: 'Lanczos',
          }
        : null,
  } as GenerationSettings;
}

export function movedRuns(mode: 'medvram' | 'lowvram', attention: 'sdp' | 'Doggettx'): MovedRun[] {
  const file = new URL('../../../benchmarks/data/real-allocator/moved-weights.csv', import.meta.url);
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return rows
    .map((line) => line.split(','))
    .filter((row) => row[1] === mode && row[2] === attention)
    .map((row): MovedRun => {
      const figures = row.slice(10).map((text) => (text === '' ? null : Number(text)));
      const at = (i: number): number => figures[i] ?? 0;
      const phases = PHASES.flatMap((phase, i) =>
        figures[2 + 2 * i] === null ? [] : [{ phase, activePeakMiB: at(2 + 2 * i), reservedPeakMiB: at(3 + 2 * i) }],
      );
      return {
        mode,
        attention,
        settings: settingsOf(row.slice(3)),
        capMiB: null,
        outcome: 'ok',
        idleActiveMiB: at(0),
        idleReservedMiB: at(1),
        activePeakMiB: at(12),
        reservedPeakMiB: at(13),
        phases,
        allocRetries: 0,
        idleSlackMiB: at(1) - at(0),
        roomMiB: ROOM_MIB,
        heldMiB: at(0),
      };
    });
}

export function movedTraits(mode: 'medvram' | 'lowvram', attention: 'sdp' | 'Doggettx'): HostTraits {
  return {
    attention: attention === 'sdp' ? 'fused' : 'doggettx',
    condUncondBatched: true,
    decodesBatch: false,
    staticMiB: 9,
    resident: mode === 'medvram' ? 'network' : 'blocks',
  };
}
