import { Memo, memoised } from '../base/memo.ts';
import type { Conditioning, Stage } from '../operations/kind.ts';
import type { Resident } from '../protocol/host.ts';
import type { Phase } from '../protocol/settings.ts';
import type { Scores } from './attention/scores.ts';
import { type Kernels, type Workspace } from '../program/kernels.ts';
import { FLOAT, HALF, type Precision, type Variant } from './layers.ts';
import type { Program } from '../program/program.ts';
import { FAMILIES, type Family } from './families/registry.ts';
import { TELLING_DEPTH } from './unet.ts';
import type { UNetShape } from './unet-shape.ts';
import { samplingProgram } from './sampling.ts';
import { decodeProgram, encodeBlankProgram, encodeMaskedProgram, encodeProgram } from './vae.ts';
import { unetTensors, vaeTensors, type Tensors } from './weights.ts';
import { weightsProgram } from './mover.ts';

export const PRECISIONS = {
  autocast: { width: HALF, autocast: true },
  half: { width: HALF, autocast: false },
  float: { width: FLOAT, autocast: false },
} as const satisfies Record<string, Precision>;

export const UNET_PRECISIONS = ['autocast', 'float'] as const;
export const DECODE_PRECISIONS = ['half', 'float'] as const;
export const ENCODE_PRECISIONS = ['autocast', 'half', 'float'] as const;

/** What is known to compute in a WebUI: plain data, a part of a fit. */
export interface Networks {
  readonly shape: Family;
  readonly precision: (typeof UNET_PRECISIONS)[number];
  readonly copies: boolean;
  /** Pictures in one evaluation over the batch size: 2 with conditional and unconditional latents together. */
  readonly evaluated: 1 | 2;
  readonly decode: (typeof DECODE_PRECISIONS)[number];
  readonly encode: (typeof ENCODE_PRECISIONS)[number];
  readonly scores: Scores;
  readonly kernels: Kernels;
  readonly resident: Resident;
  /** Left out = the prompts alone. */
  readonly conditioning?: Conditioning;
  readonly variant?: Variant;
  /** The WebUI still has what the last prompts gave, and reads none. Left out = it reads them. */
  readonly keepsPrompts?: true;
  /** A generation that failed left the denoising network on the card, where it stays until another is called. */
  readonly findsUnet?: true;
  /** Phases whose runs are like no known network: they are not replayed. Left out where there are none. */
  readonly unlike?: readonly Phase[];
}

/**
 * The second evaluation finds all it needs in the cache, but where score matrices rule: there it may find them cut up.
 */
function evaluationsTold({ evaluated, scores }: Networks): 1 | 2 {
  return evaluated === 1 && scores !== 'fused' ? 2 : 1;
}

/** Differs between networks that differ. Texts are made slowly, and asked for several times with each estimate. */
export const nameOf = memoised((networks: Networks): string => {
  const { shape, precision, copies, evaluated, decode, encode, scores, kernels, resident, unlike = [] } = networks;
  const { conditioning, variant, keepsPrompts, findsUnet } = networks;
  const set = JSON.stringify([kernels, conditioning, variant, keepsPrompts, findsUnet]);
  return [shape, precision, copies, evaluated, decode, encode, scores, set, resident, ...unlike].join(' ');
});

export type Which = Stage['network'];

/** Programs are written when first asked for: a WebUI needs three of them, a recognition all. Some 100 kB each. */
const MOST_PROGRAMS = 400;
const programs = new Memo<Program>(MOST_PROGRAMS);

/** By networks too, for the name of a program takes longer than all that is asked of it. */
const programsOf = memoised((_networks: Networks): Partial<Record<Which | 'single', Program>> => ({}));

/**
 * The program of one of the networks.
 * @param effectiveBatch pictures in one evaluation of the denoising network.
 */
export function programOf(networks: Networks, which: Which, effectiveBatch: number): Program {
  const isSingle = which === 'sampling' && effectiveBatch === 1;
  const own = programsOf(networks);
  return (own[isSingle ? 'single' : which] ??= written(
    `${programName(networks, which)} ${isSingle ? 'single' : ''}`,
    () => write(networks, which, isSingle),
  ));
}

function written(name: string, write: () => Program): Program {
  return programs.get(name) ?? programs.set(name, write());
}

/** Networks whose weights are moved as one: both halves of the autoencoder are. */
export type Moved = 'text' | 'unet' | 'vae';

/** What has to be on the card for one of them to compute, where it is not there all the time. */
export function movedFor({ resident }: Networks, which: Which): Moved | null {
  if (resident === 'all' || (resident === 'blocks' && which === 'sampling')) return null;
  return which === 'sampling' ? 'unet' : 'vae';
}

/**
 * What is moved onto the card for the prompts, before the denoising network computes: it leaves segments that the next
 * weights, and later what a decoder computes, find in the cache. SD 1's largest holds 74 MiB.
 */
export function movedForPrompts({ resident, shape, keepsPrompts }: Networks): Moved | null {
  const isMoved = resident !== 'all' && keepsPrompts !== true && FAMILIES[shape].movedForPrompts !== null;
  return isMoved ? 'text' : null;
}

/**
 * All that the same networks may do: with the prompts, sizes and batch of the generation before it the WebUI reads no
 * prompts, so that no text encoder is moved. No report tells.
 */
export const withPrompts = memoised((networks: Networks): readonly Networks[] =>
  movedForPrompts(networks) === null ? [networks] : [networks, { ...networks, keepsPrompts: true }],
);

/** The same as a generation begins that finds the denoising network on the card. */
export const withUnetThere = memoised((networks: Networks): Networks => ({ ...networks, findsUnet: true }));

/** Weights that come (up to `onceMoreFrom`) and go. */
export function weightsOf(networks: Networks, moved: Moved): Program {
  const { shape, precision, decode, conditioning, variant } = networks;
  const { width: computed } = PRECISIONS[moved === 'vae' ? decode : precision];
  const width = moved !== 'vae' && variant?.weights === 'fp8' ? 1 : computed;
  const own = { vae: '', text: shape, unet: `${shape} ${conditioning}` }[moved];
  return written(`weights ${moved} ${own} ${width}`, () => weightsProgram(tensorsOf(networks, moved), width));
}

/** cuBLAS's workspace on all cards but those of compute capability 9.0, which take 32 MiB. */
const CUBLAS_BYTES = 8_519_680;

/** What lies on the card all along: in its segment there is room that weights fill which come and go. */
export function cublasWorkspace(): Program {
  return written('cuBLAS', () => weightsProgram([CUBLAS_BYTES], 1));
}

/** Of a mask, and of a masked picture's latents. */
const INPAINTING_CHANNELS = 5;

export function unetOf(shape: Family, conditioning: Conditioning): UNetShape {
  const { unet } = FAMILIES[shape];
  return conditioning === 'prompt' ? unet : { ...unet, inputChannels: unet.inputChannels + INPAINTING_CHANNELS };
}

/** As networks have it. */
export function conditionedBy(conditioning: Conditioning): Pick<Networks, 'conditioning'> {
  return conditioning === 'prompt' ? {} : { conditioning };
}

export function conditioningOf({ conditioning = 'prompt' }: Networks): Conditioning {
  return conditioning;
}

function tensorsOf(networks: Networks, moved: Moved): Tensors {
  switch (moved) {
    case 'text':
      return FAMILIES[networks.shape].movedForPrompts?.() ?? [];
    case 'unet':
      return unetTensors(unetOf(networks.shape, conditioningOf(networks)));
    case 'vae':
      return vaeTensors();
  }
}

/** Its weights keep their width. */
function inAutoencoder({ upcastsAttention, channelsLast }: Variant): Variant {
  return { ...(upcastsAttention ? { upcastsAttention } : {}), ...(channelsLast ? { channelsLast } : {}) };
}

function write(networks: Networks, which: Which, isSingle: boolean): Program {
  const { scores, kernels, variant } = networks;
  const as = (name: keyof typeof PRECISIONS, own: Variant | undefined): Precision =>
    own === undefined ? PRECISIONS[name] : { ...PRECISIONS[name], variant: own };
  const encoding = as(networks.encode, variant && inAutoencoder(variant));
  switch (which) {
    case 'sampling':
      return samplingProgram(
        {
          ...networks,
          shape: unetOf(networks.shape, conditioningOf(networks)),
          precision: as(networks.precision, variant),
          mostBlocks: TELLING_DEPTH,
          movesBlocks: networks.resident === 'blocks',
          isSingle,
        },
        evaluationsTold(networks),
      );
    case 'decode':
      return decodeProgram(as(networks.decode, variant && inAutoencoder(variant)), scores, kernels);
    case 'encode':
      return encodeProgram(encoding, scores, kernels);
    case 'encode_blank':
      return encodeBlankProgram(encoding, scores, kernels);
    case 'encode_masked':
      return encodeMaskedProgram(encoding, scores, kernels);
  }
}

/** In which one of them computes. */
export function precisionOf({ precision, decode, encode }: Networks, which: Which): keyof typeof PRECISIONS {
  return which === 'sampling' ? precision : which === 'decode' ? decode : encode;
}

/** The law that holds in the width in which one of the networks computes. */
export function workspaceOf(networks: Networks, which: Which): Workspace {
  const { kernels } = networks;
  const { width } = PRECISIONS[precisionOf(networks, which)];
  return width === FLOAT ? kernels.workspaceInFloat : kernels.workspace;
}

/** What of a card's libraries a program follows. */
const nameOfKernels = memoised(({ tracksOrder, sdpa }: Kernels) => `${tracksOrder} ${sdpa}`);

/** Differs between programs that differ. */
export function programName(networks: Networks, which: Which): string {
  const { shape, precision, copies, evaluated, scores, kernels, resident, conditioning, variant } = networks;
  const moves = resident === 'blocks' ? 'blocks' : '';
  const own =
    which === 'sampling'
      ? `${shape} ${precision} ${copies ? 'copies' : 'views'} ${evaluated}${moves}${conditioning ?? ''}`
      : precisionOf(networks, which);
  const set = variant === undefined ? '' : JSON.stringify(variant);
  return `${which} ${own} ${scores} ${nameOfKernels(kernels)}${set}`;
}
