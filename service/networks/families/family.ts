import type { Tensors } from '../weights.ts';
import type { UNetShape } from '../unet-shape.ts';

/** All that makes the networks of one family of checkpoints differ from another's. `registry.ts` lists the families. */
export interface NetworkFamily {
  /** As people call it, in every language. */
  readonly name: string;
  readonly unet: UNetShape;
  /** Whether its transformer copies what others only view. */
  readonly copies: boolean;
  /** Without a card's kernels, which track orders, it cannot be told from another family. */
  readonly needsOrder: boolean;
  /** In which width pictures are encoded, as a rule, where the denoising network computes in 16 bits. */
  readonly usualEncode: 'autocast' | 'as-decoded';
  /** The autoencoder gives numbers too large for 16 bits: the WebUI then takes 32 after all. */
  readonly vaeNeedsFloat: boolean;
  /** Of the text encoders together. */
  readonly textParameters: number;
  /** What --lowvram moves onto the card for the prompts; null where it is not known tensor by tensor. */
  readonly movedForPrompts: (() => Tensors) | null;
  /** Free at idle in the weights' segments, all of them on the card. Measured with A1111 1.10.1 and PyTorch 2.1. */
  readonly idleSlackMiB: IdleSlack;
  /** Pictures that people often make, the likelier first: width and height. Portraits and landscapes take the same. */
  readonly likelySizes: readonly (readonly [number, number])[];
  /** Which networks are trained to work beside it (ControlNet and its like): SDXL's are larger. */
  readonly addOns: 'small' | 'large';
  readonly webui: WebuiNames;
}

/** By the width of the weights. */
interface IdleSlack {
  readonly half: number;
  /** The autoencoder's alone in 32 bits. */
  readonly vaeInFloat: number;
  readonly float: number;
}

/** What A1111 and its forks call it. */
export interface WebuiNames {
  /** Set on a loaded checkpoint. */
  readonly flag: string;
  /** Command line flag of a --medvram for this family alone; null where there is none. */
  readonly medvram: string | null;
  /** Its configuration, without `.yaml`. */
  readonly config: RegExp;
  /** Checkpoints of those who trained the networks, by the names under which they gave them out. */
  readonly official: RegExp;
}
