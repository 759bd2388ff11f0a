/**
 * All that makes one operation differ from another, but for its name for people, which is in words/. A file an
 * operation; `registry.ts` lists them, and the protocol takes their names from there.
 */

/** In the order in which memory is spent. `upscale` is decode + upscale + encode of an image upscaler. */
export const PHASES = ['encode', 'sampling', 'upscale', 'hires_sampling', 'decode'] as const;
type Phase = (typeof PHASES)[number];

/** What hires fix arrives at; `uncropped`: what the upscaler and the encoder work on. */
export interface Target {
  readonly width: number;
  readonly height: number;
  readonly uncroppedWidth: number;
  readonly uncroppedHeight: number;
  readonly upscaler: string | null;
}

/** Of a generation: the protocol's `GenerationSettings`, whichever operation it is. */
export interface Settings {
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
  readonly hires: Target | null;
}

/** What the denoising network is told beside the noise: the prompts alone, or a mask and a masked picture as well. */
export type Conditioning = 'prompt' | 'inpainting';

/**
 * One network at work on one size. The encoder is given pictures one by one, for txt2img grey ones that are masked all
 * over (`encode_blank`); those that are masked by a mask it is given all at once (`encode_masked`).
 */
export interface Stage {
  readonly phase: Phase;
  readonly network: 'sampling' | 'encode' | 'encode_blank' | 'encode_masked' | 'decode';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly batch: number;
  /**
   * Pixels of pictures that stay on the card beside it: those that are encoded, until what was made of them is decoded.
   */
  readonly heldPixels: number;
  /** The text encoder computes as it begins. */
  readonly readsPrompts: boolean;
}

/** A plain picture of the generation's size that a benchmark gives to the WebUI. */
export interface Picture {
  /** Of the WebUI's processing class. */
  readonly parameter: string;
  /** Of each pixel: 0 is black, 255 white. */
  readonly grey: number;
  readonly isInList: boolean;
}

export interface OperationKind {
  /** The WebUI's class, StableDiffusionProcessing..., that runs it. */
  readonly processing: 'Txt2Img' | 'Img2Img';
  /** What hires fix makes larger; null where there is no hires fix. */
  readonly upscales: 'latent' | 'image' | null;
  /** Fields of the WebUI's processing object that are set here, and in no other operation of its class. */
  readonly marks: readonly string[];
  readonly pictures: readonly Picture[];
  /** With checkpoints of which conditioning A1111 1.10.1 can run it. */
  readonly runsWith: readonly Conditioning[];
  /** Chooses it on the command line; null where what hires fix makes larger does, or nothing. */
  readonly flag: string | null;
  /** What A1111 1.10.1 runs, in groups between which it empties PyTorch's cache. */
  stages(settings: Settings, conditioning: Conditioning): readonly (readonly Stage[])[];
}

/** A stage of these settings without pictures beside it. */
export function stageOf(
  { batchSize }: Settings,
  phase: Phase,
  network: Stage['network'],
  { width, height }: { readonly width: number; readonly height: number },
): Stage {
  return { phase, network, widthPx: width, heightPx: height, batch: batchSize, heldPixels: 0, readsPrompts: false };
}

/** txt2img's first pass. */
export function firstPass(settings: Settings, conditioning: Conditioning): readonly Stage[] {
  const sampling = stageOf(settings, 'sampling', 'sampling', settings);
  if (conditioning === 'prompt') return [{ ...sampling, readsPrompts: true }];
  return [{ ...stageOf(settings, 'encode', 'encode_blank', settings), readsPrompts: true }, sampling];
}

/** What hires fix arrives at; the size itself without it. */
export function targetOf({ width, height, hires }: Settings): Target {
  return hires ?? { width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler: null };
}
