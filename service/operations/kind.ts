/** All that makes one operation differ from another in memory. A file an operation; `registry.ts` lists them. */
import type { GenerationSettings, Operation, Phase } from '../protocol/settings.ts';

/** One network at work on one size. */
export interface Stage {
  readonly phase: Phase;
  readonly network: 'sampling' | 'encode' | 'decode';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly batch: number;
  /**
   * Pixels of pictures that stay on the card beside it: those that are encoded, until what was made of them is decoded.
   */
  readonly heldPixels: number;
}

export interface OperationKind {
  readonly name: Operation;
  /** The WebUI's class, StableDiffusionProcessing..., that runs it. */
  readonly processing: 'Txt2Img' | 'Img2Img';
  /** What hires fix makes larger; null where there is no hires fix. */
  readonly upscales: 'latent' | 'image' | null;
  /** What A1111 1.10.1 runs, in groups between which it empties PyTorch's cache. */
  stages(settings: GenerationSettings): readonly (readonly Stage[])[];
}

/** A stage of these settings without pictures beside it. */
export function stageOf(
  { batchSize }: GenerationSettings,
  phase: Phase,
  network: Stage['network'],
  { width, height }: { readonly width: number; readonly height: number },
): Stage {
  return { phase, network, widthPx: width, heightPx: height, batch: batchSize, heldPixels: 0 };
}

/** What hires fix arrives at; the size itself without it. */
export function targetOf({ width, height, hires }: GenerationSettings): NonNullable<GenerationSettings['hires']> {
  return hires ?? { width, height, uncroppedWidth: width, uncroppedHeight: height, upscaler: null };
}
