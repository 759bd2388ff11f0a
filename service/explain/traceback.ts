/** What a traceback around an error shows: which phase, what was computed, on which system. */
import type { ErrorKind, ErrorPhase } from '../protocol/explanation.ts';
import type { ErrorOperation, ErrorReading } from './kinds.ts';

/** Places in the plain text: of the error before, of this one, of the next. */
export interface Bounds {
  readonly before: number;
  readonly here: number;
  readonly after: number;
}

type Context = Pick<ErrorReading, 'phase' | 'operation' | 'frames' | 'system' | 'status' | 'inFloat'>;

const FRAME = /File "[^"\n]{0,400}", line \d{1,7}, in (\S{1,80})/g;
/** In tracebacks that are drawn in boxes. */
const RICH_FRAME = /:\d{1,7} in (\w{1,80})/g;

/** Functions that tell a phase, by program; the innermost of them decides. */
const PHASES: Readonly<Record<string, ErrorPhase>> = {
  decode_first_stage: 'decode',
  decode_latent_batch: 'decode',
  decode_latents: 'decode',
  decode_vae: 'decode',
  samples_to_images_tensor: 'decode',
  decode_tiled_: 'decode',
  latents_to_image: 'decode',
  encode_first_stage: 'encode',
  get_first_stage_encoding: 'encode',
  images_tensor_to_samples: 'encode',
  encode_pixels: 'encode',
  apply_model: 'sampling',
  UNetModel_forward: 'sampling',
  copy_of_UNetModel_forward_for_webui: 'sampling',
  common_ksampler: 'sampling',
  do_unet_step: 'sampling',
  process_diffusion: 'sampling',
  do_upscale: 'upscale',
  upscale_with_model: 'upscale',
  upscale_without_tiling: 'upscale',
  tiled_upscale_2: 'upscale',
  esrgan_upscale: 'upscale',
  upscale_2: 'upscale',
  get_learned_conditioning: 'prompts',
  setup_conds: 'prompts',
  encode_token_weights: 'prompts',
  load_model: 'loading',
  load_model_weights: 'loading',
  load_model_from_config: 'loading',
  reload_model_weights: 'loading',
  send_everything_to_gpu: 'loading',
  send_me_to_gpu: 'loading',
  convert: 'loading',
};

/** In a second pass the first one's phases mean another. */
const IN_SECOND_PASS: Readonly<Partial<Record<ErrorPhase, ErrorPhase>>> = {
  sampling: 'hires_sampling',
  encode: 'upscale',
};

/** The innermost of them decides. */
const OPERATIONS: readonly (readonly [RegExp, ErrorOperation])[] = [
  [/einsum|baddbmm|scaled_dot_product_attention|memory_efficient_attention|torch\.bmm/g, 'attention'],
  [/softmax/g, 'softmax'],
  [/conv_forward|F\.conv2d|Conv2d_forward/g, 'convolution'],
  [/group_norm|layer_norm|GroupNorm|super\(\)\.forward\(x\.float/g, 'norm'],
  [/F\.linear|Linear_forward/g, 'linear'],
  [/interpolate/g, 'resize'],
  [/th\.cat|torch\.cat/g, 'join'],
  [/gelu\(|silu|torch\.sigmoid/g, 'activation'],
  [/t\.to\(device/g, 'move'],
];
/** Characters before the error that hold its innermost calls. */
const INNERMOST = 700;

export function contextOf(plain: string, { before, here, after }: Bounds, kind: ErrorKind, error: string): Context {
  const leading = fromLastTraceback(plain.slice(before, here));
  const names = framesIn(leading);
  // Some programs print the message first, and the traceback after it.
  const around = names.length > 0 ? leading : plain.slice(here, after);
  const all = names.length > 0 ? names : framesIn(around);
  return {
    phase: phaseOf(all) ?? phaseOfNan(kind, error),
    operation: operationOf(names.length > 0 ? leading : ''),
    frames: all.filter((name) => Object.hasOwn(PHASES, name) || name === 'sample_hr_pass'),
    system: systemOf(plain.slice(before, after)),
    status: /CU(?:BLAS|DNN)_STATUS_(NOT_INITIALIZED|ALLOC_FAILED|[A-Z]{3,12}_[A-Z]{3,12})/.exec(error)?.[1] ?? null,
    inFloat: kind === 'nan' ? floatIn(error) : null,
  };
}

/** The WebUI names a flag for more width, and leaves that out where it is on; at the end it always names another. */
function floatIn(error: string): boolean | null {
  if (/--no-half/i.test(error)) return false;
  return /--disable-nan-check/i.test(error) ? true : null;
}

function fromLastTraceback(text: string): string {
  const at = text.lastIndexOf('Traceback (most recent call last)');
  return at === -1 ? text : text.slice(at);
}

function framesIn(text: string): string[] {
  const frames = [...text.matchAll(FRAME)].map(([, name = '']) => name);
  return frames.length > 0 ? frames : [...text.matchAll(RICH_FRAME)].map(([, name = '']) => name);
}

function phaseOf(frames: readonly string[]): ErrorPhase | null {
  const last = frames.findLast((name) => Object.hasOwn(PHASES, name));
  const phase = last === undefined ? null : (PHASES[last] ?? null);
  if (phase === null) return null;
  if (frames.includes('sample_hr_pass')) return IN_SECOND_PASS[phase] ?? phase;
  // In A1111's sampling only pictures of a first pass are decoded, to be made larger.
  return phase === 'decode' && frames.includes('process_images_inner') && frames.includes('sample') ? 'upscale' : phase;
}

function phaseOfNan(kind: ErrorKind, error: string): ErrorPhase | null {
  if (kind !== 'nan') return null;
  return /producedinVAE/i.test(error) ? 'decode' : /producedinUnet/i.test(error) ? 'sampling' : null;
}

function operationOf(traceback: string): ErrorOperation | null {
  const innermost = traceback.slice(-INNERMOST);
  let found: { readonly operation: ErrorOperation; readonly at: number } | null = null;
  for (const [pattern, operation] of OPERATIONS) {
    const last = [...innermost.matchAll(pattern)].at(-1);
    if (last !== undefined && (found === null || last.index > found.at)) found = { operation, at: last.index };
  }
  return found?.operation ?? null;
}

function systemOf(text: string): ErrorReading['system'] {
  if (/[A-Z]:\\|\.\.\\c10\\|WinError|os error 1455|paging file/.test(text)) return 'windows';
  if (/"\/Users\/|\/Applications\/|MPS/.test(text)) return 'mac';
  if (/Out of memory: Kill|Signals\.SIGKILL|libtcmalloc|^[ \t]{0,40}Killed[ \t]{0,9}$/m.test(text)) return 'linux';
  return /"\/(?:home|root|usr|opt|content|mnt|workspace)\//.test(text) ? 'linux' : null;
}
