/** Hosts as they were recorded, and situations on them. */
import { recordedTable } from '../../../benchmarks/accuracy/recorded.ts';
import type { OtherProgram, Situation } from '../../../service/advice/plan.ts';
import { traitsOf } from '../../../service/hosts/hosts.ts';
import { unmeasured } from '../../../service/model/unmeasured/unmeasured.ts';
import type { SetUpNow } from '../../../service/model/unmeasured/what-if.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';

const DEVICE = { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060' } as const;
const UPSCALERS = [
  { name: 'Latent', kind: 'latent' },
  { name: 'Lanczos', kind: 'image' },
  { name: 'R-ESRGAN 4x+', kind: 'image' },
] as const;

export interface Told {
  readonly usableMiB: number;
  readonly otherMiB?: number;
  readonly totalMiB?: number;
  readonly programs?: readonly OtherProgram[];
  readonly key?: Readonly<Record<string, string>>;
  readonly staticMiB?: number;
  readonly secondsOf?: Situation['secondsOf'];
}

export function situationOn(table: string, settings: GenerationSettings, told: Told): Situation {
  const { host } = recordedTable(table);
  const key = { ...host.key, ...told.key };
  const slack = host.idleSlackMiB === null ? {} : { slackMiB: host.idleSlackMiB };
  const staticMiB = told.staticMiB ?? host.traits.staticMiB;
  const traits = { ...traitsOf({ traits: { ...host.traits, staticMiB }, key }), ...slack };
  const setUp: SetUpNow = { key, traits, device: DEVICE };
  const made = unmeasured(key, traits, DEVICE);
  return {
    settings,
    fit: made.ok ? made.value : null,
    setUp,
    now: {
      memory: { usableMiB: told.usableMiB, otherMiB: told.otherMiB ?? 700 },
      heldMiB: null,
      driftMiB: null,
      leftMiB: 0,
      toLoad: null,
      addOns: null,
    },
    totalMiB: told.totalMiB ?? null,
    programs: told.programs ?? [],
    upscalers: UPSCALERS,
    secondsOf: told.secondsOf ?? (() => null),
  };
}

export function txt2img(width: number, height: number, batchSize: number): GenerationSettings {
  return { operation: 'txt2img', width, height, batchSize, hires: null };
}

export function hiresFix(
  operation: 'hires_latent' | 'hires_image',
  base: readonly [number, number, number],
  times: number,
  upscaler = operation === 'hires_latent' ? 'Latent' : 'Lanczos',
): GenerationSettings {
  const [width, height, batchSize] = base;
  const target = { width: Math.floor((width * times) / 8) * 8, height: Math.floor((height * times) / 8) * 8 };
  const hires = { ...target, uncroppedWidth: target.width, uncroppedHeight: target.height, upscaler };
  return { operation, width, height, batchSize, hires };
}
