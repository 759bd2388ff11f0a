/**
 * What add-ons usually take where none was measured, in MiB beyond the same generation without: from the sizes of the
 * files that people use, in 16 bits as the WebUI loads them.
 * - ControlNet: a model of version 1.1 for SD 1 and 2 is 723 MB, for SDXL 2.5 GB, or 0.4 to 0.8 GB as a control LoRA.
 *   What it hands on and a preprocessor's network (MiDaS 490 MB) come on top.
 * - IP-Adapter: 44 to 98 MB (SD 1), 700 to 850 MB (SDXL), and the image encoder: ViT-H 1.3 GB, ViT-bigG 3.7 GB.
 * - ADetailer: a YOLO detector of 6 to 52 MB and its activations; the picture is then encoded and sampled once more.
 * - Hypernetworks: 87 to 340 MB.
 * - FreeU: the skipped features of two layers in 32 bits and their Fourier transforms, one layer at a time: some 150 MB
 *   at 1024 squared, where least else is.
 * - Face restoration: GFPGAN 349 MB, CodeFormer 377 MB, detector and parser 194 MB, in 32 bits.
 */
import { FAMILIES, type Family } from '../networks/families/registry.ts';
import type { UsualSize } from '../protocol/estimate.ts';

type Range = readonly [lowMiB: number, highMiB: number];
interface Sizes {
  /** Of SD 1 and 2. */
  readonly small: Range;
  /** Of SDXL. */
  readonly large: Range;
}

const ADD_ONS: ReadonlyMap<string, Sizes> = new Map([
  ['controlnet', { small: [690, 1536], large: [400, 3072] }],
  ['ipadapter', { small: [1280, 1740], large: [1900, 4500] }],
  ['adetailer', { small: [50, 600], large: [50, 1024] }],
  ['hypernet', { small: [80, 400], large: [80, 400] }],
  ['freeu', { small: [0, 200], large: [0, 200] }],
  ['facerestoration', { small: [500, 1024], large: [500, 1024] }],
]);

/** They work on a part of the picture at a time: what decoding needs at the most, or sampling, is that of a part. */
const TAKE_LESS: ReadonlySet<string> = new Set(['tiledvae', 'tileddiffusion']);

/**
 * A1111 swaps checkpoints (sd_models.py, `reuse_model_from_already_loaded` and `reload_model_weights`): by default one
 * is kept. The second one's file is read into RAM and copied over the first's weights, or, where it is of other
 * networks, the first is thrown away before. So both are never on the card. Where more than one may be kept
 * (`sd_checkpoints_limit`) they are, unless "Only keep one model on device" is on.
 */
const SECOND_CHECKPOINTS: ReadonlySet<string> = new Set(['refiner', 'hirescheckpoint']);
const SWAPPED: Sizes = { small: [0, 300], large: [0, 300] };
const BOTH_KEPT: Sizes = { small: [0, 2300], large: [0, 6900] };

/**
 * @param id as in add-ons.ts.
 * @param keepsSeveral whether the WebUI may keep more than one checkpoint.
 * @returns null where nothing is known.
 */
export function usualSizeOf(id: string, family: Family | null, keepsSeveral: boolean): UsualSize | null {
  if (TAKE_LESS.has(id)) return { lowMiB: 0, highMiB: 0, takesLess: true };
  const second = keepsSeveral ? BOTH_KEPT : SWAPPED;
  const sizes = SECOND_CHECKPOINTS.has(id) ? second : ADD_ONS.get(id);
  if (sizes === undefined || family === null) return null;
  const [lowMiB, highMiB] = sizes[FAMILIES[family].addOns];
  return { lowMiB, highMiB, takesLess: false };
}
