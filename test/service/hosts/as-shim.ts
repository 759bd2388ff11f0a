/** What a shim would say of what the tests have in the sidecar's own words. */
import type { Company } from '../../../service/protocol/company.ts';
import { attentionOf, OPTIMISATION } from '../../../service/hosts/attention.ts';
import type { Attention, Backend, Environment, HostDevice } from '../../../service/protocol/host.ts';
import { hiresTarget } from '../../../service/protocol/hires-target.ts';
import type { Outcome, TorchNow, TorchPeaks } from '../../../service/protocol/run.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import type {
  Facts,
  Report,
  ReportedDevice,
  ShimMessage,
  TorchCounters,
  ToShimMessage,
} from '../../../service/protocol/shim.ts';

/** What A1111 is made of. */
export const A1111 = [
  'modules.launch_utils',
  'modules.lowvram',
  'modules.sd_hijack:model_hijack.optimization_method',
  'modules.sd_models:model_data.sd_model',
];

const METHODS: Readonly<Record<Attention, string | null>> = {
  fused: 'sdp',
  unfused: 'V1',
  doggettx: 'Doggettx',
  invokeai: 'InvokeAI',
  // Of 1.5: see the version.
  adaptive: 'Doggettx',
  'sub-quadratic': 'sub-quadratic',
  unknown: null,
};
const TYPES: Readonly<Record<Backend, string>> = {
  cuda: 'cuda',
  rocm: 'cuda',
  cpu: 'cpu',
  xpu: 'xpu',
  mps: 'mps',
  directml: 'privateuseone',
};
/** Worked out from other facts. */
const DERIVED = ['device', 'torch', 'family', 'vram_mode', 'attention', 'live_preview', 'webui'];

export function reportOf(environment: Omit<Environment, 'webui'>, program: readonly string[] = A1111): Report {
  const { device, key, traits, upscalers, webuiVersion } = environment;
  const names = (wanted: string) => upscalers.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  return {
    program: [...program],
    facts: factsOf(environment),
    webuiVersion: webuiVersion === 'unknown' ? null : webuiVersion,
    device: deviceOf(device),
    latentUpscalers: names('latent'),
    imageUpscalers: names('image'),
  };

  function factsOf({ torchVersion, checkpoint }: Omit<Environment, 'webui'>): Record<string, string | null> {
    const others = Object.entries(key).filter(([name]) => !DERIVED.includes(name));
    return {
      'torch:__version__': torchVersion,
      [OPTIMISATION]: methodOf(environment),
      ...(checkpoint === null
        ? {}
        : { 'model:__class__.__name__': 'LatentDiffusion', 'model:sd_checkpoint_info.short_title': checkpoint }),
      ...(key['family'] === undefined ? {} : { [`model:is_${key['family']}`]: 'True' }),
      ...(traits.condUncondBatched === null
        ? {}
        : { 'opts:batch_cond_uncond': traits.condUncondBatched ? 'True' : 'False' }),
      [`flags:${key['vram_mode']}`]: 'True',
      ...Object.fromEntries(others.map(([name, value]) => [`opts:${name}`, value])),
    };
  }
}

function methodOf({ key, traits, device, webuiVersion }: Omit<Environment, 'webui'>): string | null {
  const named = key['attention'] ?? 'unknown';
  const { kind } = attentionOf({ [OPTIMISATION]: named }, TYPES[device.backend], webuiVersion);
  return kind === traits.attention ? named : METHODS[traits.attention];
}

function deviceOf({ backend, name, uuid, busId, totalMiB }: HostDevice): ReportedDevice {
  return {
    type: TYPES[backend],
    hip: backend === 'rocm' ? '5.7' : null,
    name,
    totalMiB,
    uuid,
    pci: null,
    driverUuid: null,
    driverBusId: busId,
  };
}

/** A class's fields for these settings, once `p.init` has worked out the target. */
export function fieldsOf({ operation, width, height, batchSize, hires }: GenerationSettings): Facts {
  const kind = operation === 'img2img' ? 'Img2Img' : 'Txt2Img';
  return {
    '__class__.__mro__': `(<class 'modules.processing.StableDiffusionProcessing${kind}'>, <class 'object'>)`,
    width: String(width),
    height: String(height),
    batch_size: String(batchSize),
    ...(hires === null
      ? {}
      : {
          enable_hr: 'True',
          latent_scale_mode: operation === 'hires_latent' ? "{'mode': 'bilinear'}" : null,
          hr_upscale_to_x: String(hires.uncroppedWidth),
          hr_upscale_to_y: String(hires.uncroppedHeight),
          truncate_x: String((hires.uncroppedWidth - hires.width) / 8),
          truncate_y: String((hires.uncroppedHeight - hires.height) / 8),
          hr_upscaler: hires.upscaler,
        }),
  };
}

/** torch's counters at this moment, of which nothing was higher since they were reset. */
export function countersOf(now: TorchNow | null): TorchCounters | null {
  if (now === null) return null;
  const { allocatedMiB, reservedMiB } = now;
  return { ...now, activePeakMiB: allocatedMiB, reservedPeakMiB: reservedMiB, allocRetries: 0, ooms: 0 };
}

type HostMemory = Extract<ShimMessage, { type: 'host-memory' }>;

/** Of a WebUI whose checkpoint stays. */
export function memoryOf(torch: TorchNow | null, more: Partial<HostMemory> = {}): HostMemory {
  const idle = { generating: false, loaded: torch === null ? null : '1a2b3c', collected: false, device: null };
  return { type: 'host-memory', torch: countersOf(torch), ...idle, ...more };
}

export const ALONE: Company = { scripts: [], chosenScript: null, networks: {}, lengths: [77, 77] };

/** Of a person's own run as far as its sampling, where the sidecar is told of it. */
export function startOf(
  runId: string,
  settings: GenerationSettings,
  { torch, atMs, extras = [] }: { torch: TorchNow | null; atMs: number; extras?: readonly string[] },
): ShimMessage[] {
  const company = {
    ...ALONE,
    scripts: extras.map((title) => ({ title, file: '/ext/a.py', handed: [{ value: 'True', on: null }] })),
  };
  return [
    { type: 'run-started', runId, torch: countersOf(torch), startedAtMs: atMs },
    { type: 'run-mark', runId, at: 'launch_sampling', afterMs: 0, facts: fieldsOf(settings), company, torch: null },
  ];
}

export function endOf(
  runId: string,
  outcome: Outcome,
  { torch, durationMs, error = null }: { torch: TorchPeaks | null; durationMs: number; error?: string | null },
): ShimMessage {
  return {
    type: 'run-ended',
    runId,
    returned: outcome === 'ok' || outcome === 'interrupted',
    stopFlags: outcome === 'interrupted' ? ['interrupted'] : [],
    errorSigns: outcome === 'oom' ? ['torch-class'] : [],
    error,
    afterMs: durationMs,
    torch: torch === null ? null : { allocatedMiB: 0, reservedMiB: 0, ...torch },
  };
}

/** What the WebUI would generate. */
export function settingsAsked({ kind, parameters }: Extract<ToShimMessage, { type: 'run' }>): GenerationSettings {
  const number = (name: string): number => Number(parameters[name]);
  const size = { width: number('width'), height: number('height'), batchSize: number('batch_size') };
  if (kind === 'StableDiffusionProcessingImg2Img') return { operation: 'img2img', ...size, hires: null };
  if (parameters['enable_hr'] !== true) return { operation: 'txt2img', ...size, hires: null };
  const target = hiresTarget({
    ...size,
    scale: number('hr_scale'),
    resizeX: number('hr_resize_x'),
    resizeY: number('hr_resize_y'),
    oldBehaviour: false,
  });
  const { width, height, uncroppedWidth, uncroppedHeight } = target;
  const upscaler = String(parameters['hr_upscaler']);
  const operation = upscaler.startsWith('Latent') ? 'hires_latent' : 'hires_image';
  return { operation, ...size, hires: { width, height, uncroppedWidth, uncroppedHeight, upscaler } };
}
