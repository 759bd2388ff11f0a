/** A host whose memory follows a known law: what the estimator should find again. */
import { areaMpx } from '../../../service/model/geometry.ts';
import type { HostTraits, Observation } from '../../../service/model/types.ts';
import type { PlannedRun } from '../../../service/plan/types.ts';
import type { GenerationSettings, Operation, Phase } from '../../../service/protocol/settings.ts';

export interface Law {
  readonly staticMiB: number;
  /** Active MiB per batch item and 1024 x 1024 pixels in sampling, per 1024 x 1024 pixels in the VAE. */
  readonly sampling: number;
  readonly samplingQuadratic: number;
  readonly decode: number;
  readonly encode: number;
  /** Need over active. */
  readonly factors: { readonly sampling: number; readonly encode: number; readonly decode: number };
  readonly reservedOverActive: number;
}

export const SD15_LIKE: Law = {
  staticMiB: 2484,
  sampling: 520,
  samplingQuadratic: 0,
  decode: 1536,
  encode: 1795,
  factors: { sampling: 1.24, encode: 1.29, decode: 1 },
  reservedOverActive: 1.5,
};

export const TRAITS: HostTraits = {
  attention: 'fused',
  condUncondBatched: true,
  staticMiB: SD15_LIKE.staticMiB,
  decodesBatch: false,
};

export function settingsOf(operation: Operation, width: number, height: number, batchSize: number): GenerationSettings {
  if (operation === 'txt2img' || operation === 'img2img') return { operation, width, height, batchSize, hires: null };
  const target = {
    width: 2 * width,
    height: 2 * height,
    uncroppedWidth: 2 * width,
    uncroppedHeight: 2 * height,
    upscaler: operation === 'hires_latent' ? 'Latent' : 'Lanczos',
  };
  return { operation, width, height, batchSize, hires: target };
}

/** True figures in MiB, weights included. */
export function truth(
  law: Law,
  settings: GenerationSettings,
): { activeMiB: number; needMiB: number; reservedMiB: number } {
  const first = areaMpx(settings.width, settings.height);
  const last = settings.hires === null ? first : areaMpx(settings.hires.width, settings.hires.height);
  const sampling = (area: number): number =>
    settings.batchSize * (law.sampling * area + law.samplingQuadratic * area * area);
  const samplingMiB = Math.max(sampling(first), sampling(last));
  const decodeMiB = law.decode * last;
  const encodeMiB = settings.operation === 'img2img' || settings.operation === 'hires_image' ? law.encode * last : 0;
  const activeMiB = Math.max(samplingMiB, decodeMiB, encodeMiB);
  return {
    activeMiB: law.staticMiB + activeMiB,
    needMiB:
      law.staticMiB +
      Math.max(samplingMiB * law.factors.sampling, decodeMiB * law.factors.decode, encodeMiB * law.factors.encode),
    reservedMiB: law.staticMiB + activeMiB * law.reservedOverActive,
  };
}

/** What the host would report of a run. */
export function observe(law: Law, planned: PlannedRun): Observation {
  const { settings, capMiB } = planned;
  const { activeMiB, needMiB, reservedMiB } = truth(law, settings);
  const outcome = capMiB === null || needMiB <= capMiB ? 'ok' : 'oom';
  const counted = capMiB === null;
  return {
    settings,
    capMiB,
    outcome,
    activePeakMiB: counted ? activeMiB : null,
    reservedPeakMiB: counted ? reservedMiB : null,
    phases: null,
    allocRetries: counted ? 0 : null,
    idleSlackMiB: null,
    heldMiB: null,
    roomMiB: null,
  };
}

/** The same of a host that counts by phase, of a run without a cap. */
export function observeByPhase(law: Law, planned: PlannedRun): Observation {
  const run = observe(law, planned);
  const { settings, capMiB } = planned;
  if (capMiB !== null) return run;
  const first = areaMpx(settings.width, settings.height);
  const last = settings.hires === null ? first : areaMpx(settings.hires.width, settings.hires.height);
  const peak = (phase: Phase, activeMiB: number) => ({
    phase,
    activePeakMiB: law.staticMiB + activeMiB,
    reservedPeakMiB: law.staticMiB + activeMiB * law.reservedOverActive,
  });
  const phases = [
    ...(settings.operation === 'img2img' ? [peak('encode', law.encode * first)] : []),
    peak('sampling', settings.batchSize * law.sampling * first),
    ...(settings.operation === 'hires_image' ? [peak('upscale', Math.max(law.decode * first, law.encode * last))] : []),
    ...(settings.hires === null ? [] : [peak('hires_sampling', settings.batchSize * law.sampling * last)]),
    peak('decode', law.decode * last),
  ];
  return { ...run, phases };
}
