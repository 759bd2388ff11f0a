/** A run of the benchmark as arguments of the WebUI's own processing class. */
import type { Result } from '../base/result.ts';
import { kindOf } from '../operations/registry.ts';
import { hiresTarget } from '../protocol/hires-target.ts';
import type { RunProblem, Upscaler } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { Facts, ToShimMessage } from '../protocol/shim.ts';
import { firstOf, isTrue } from './facts.ts';

export type Construction = Pick<Extract<ToShimMessage, { type: 'run' }>, 'kind' | 'parameters' | 'pictures'>;
export type Constructed = Result<Construction, RunProblem>;

/** Both fit one chunk of 75 tokens, as most people's prompts and negative prompts do. */
const PROMPTS = { prompt: 'a landscape with a lake', negative_prompt: 'blurry' };
/** Above 1, so that the negative prompt takes part. */
const CFG_SCALE = 7;
/** Only what costs memory or leaves something behind; the rest stays as the person has it. */
const SWITCHED_OFF = ['live_previews_enable', 'save_init_img', 'use_old_hires_fix_width_height'];
const SAMPLES = ['opts:outdir_samples', 'opts:outdir_txt2img_samples'];
const GRIDS = ['opts:outdir_grids', 'opts:outdir_txt2img_grids'];
const FROZEN = 'flags:freeze_settings';
const NO_HIRES = { ok: true, value: {} } as const;

export const CONSTRUCTION_FACTS: readonly string[] = [
  ...SWITCHED_OFF.map((name) => `opts:${name}`),
  ...SAMPLES,
  ...GRIDS,
  FROZEN,
];

export function construct(
  settings: GenerationSettings,
  steps: number,
  facts: Facts,
  upscalers: readonly Upscaler[],
): Constructed {
  const { operation, width, height, batchSize } = settings;
  const hires = settings.hires === null ? NO_HIRES : hiresParameters(settings, steps, upscalers);
  if (!hires.ok) return hires;
  const { processing, pictures } = kindOf(operation);
  const parameters = {
    ...PROMPTS,
    outpath_samples: firstOf(facts, SAMPLES),
    outpath_grids: firstOf(facts, GRIDS),
    seed: 1,
    subseed: 1,
    sampler_name: 'Euler',
    scheduler: 'Automatic',
    steps,
    cfg_scale: CFG_SCALE,
    batch_size: batchSize,
    n_iter: 1,
    width,
    height,
    restore_faces: false,
    tiling: false,
    denoising_strength: 0.75,
    do_not_save_samples: true,
    do_not_save_grid: true,
    do_not_reload_embeddings: true,
    override_settings: overrides(facts),
    ...hires.value,
  };
  const kind = `StableDiffusionProcessing${processing}`;
  return { ok: true, value: { kind, parameters, pictures: pictures.map((one) => ({ ...one, width, height })) } };
}

/** Only those that this WebUI has and that would change something; none where settings are frozen. */
function overrides(facts: Facts): Record<string, boolean> {
  if (isTrue(facts[FROZEN])) return {};
  const on = SWITCHED_OFF.filter((name) => facts[`opts:${name}`] === null || isTrue(facts[`opts:${name}`]));
  return Object.fromEntries(on.map((name) => [name, false]));
}

function hiresParameters(
  settings: GenerationSettings,
  steps: number,
  upscalers: readonly Upscaler[],
): Result<Construction['parameters'], RunProblem> {
  const arithmetic = hiresArithmetic(settings);
  if (arithmetic === null) return { ok: false, reason: { code: 'hires-target' } };
  const { upscales } = kindOf(settings.operation);
  const known = upscalers.filter(({ kind }) => kind === upscales).map(({ name }) => name);
  // An image upscaler was chosen before, for it may be a network: operations/upscaler.ts.
  const wanted = settings.hires?.upscaler ?? known.find((name) => name !== 'None');
  if (wanted === undefined || !known.includes(wanted)) {
    const { operation } = settings;
    return { ok: false, reason: { code: 'no-upscaler', upscaler: wanted ?? null, operation } };
  }
  const value = {
    ...arithmetic,
    enable_hr: true,
    hr_upscaler: wanted,
    hr_second_pass_steps: steps,
    // Of Forge and its kin, where the second pass else has no negative prompt, and other networks would be looked for.
    hr_cfg: CFG_SCALE,
    hr_additional_modules: ['Use same choices'],
  };
  return { ok: true, value };
}

interface Arithmetic {
  readonly hr_scale: number;
  readonly hr_resize_x: number;
  readonly hr_resize_y: number;
}

/** What to set so that the WebUI arrives at the target asked for; null where it cannot. */
export function hiresArithmetic({ width, height, hires }: GenerationSettings): Arithmetic | null {
  if (hires === null) return null;
  const cropped = hires.width !== hires.uncroppedWidth || hires.height !== hires.uncroppedHeight;
  const scales = cropped ? [] : [hires.width / width, hires.height / height];
  const attempts: Arithmetic[] = [
    ...scales.map((scale) => ({ hr_scale: scale, hr_resize_x: 0, hr_resize_y: 0 })),
    { hr_scale: 2, hr_resize_x: hires.width, hr_resize_y: hires.height },
  ];
  const cells = (px: number) => Math.floor(px / 8);
  const arrives = ({ hr_scale: scale, hr_resize_x: resizeX, hr_resize_y: resizeY }: Arithmetic) => {
    const reached = hiresTarget({ width, height, scale, resizeX, resizeY, oldBehaviour: false });
    return (
      cells(reached.uncroppedWidth) === cells(hires.uncroppedWidth) &&
      cells(reached.uncroppedHeight) === cells(hires.uncroppedHeight)
    );
  };
  return attempts.find(arrives) ?? null;
}
