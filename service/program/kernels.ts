/**
 * What a card's libraries add to the tensors of the networks: facts of the card, its cuDNN and its torch, not of a
 * network.
 */

/**
 * What cuDNN's first choice of engine copies into a channels-last layout, beside a convolution's tensors, on cards with
 * tensor cores: nothing, the input, the input and the output, or the weights as well. What is channels-last already
 * needs no copy. Seen: `x+y` in 16 bits (RTX 3060, RTX 4090), `x` in 32 (RTX 4090).
 */
export type Workspace = 'none' | 'x' | 'x+y' | 'x+w+y';

/**
 * Which kernel torch takes for its scaled dot product attention: always the memory-efficient one (cards before compute
 * capability 8.0), flash where batch times heads is large (torch 2.1), flash always (torch 2.2 and newer).
 */
export type Sdpa = (typeof SDPA)[number];
export const SDPA = ['flash', 'flash-if-many', 'efficient'] as const;

export interface Kernels {
  /** Whether tensors may be channels-last, as on CUDA: then what wants another order makes copies. */
  readonly tracksOrder: boolean;
  readonly sdpa: Sdpa;
  /** In 16 bits. */
  readonly workspace: Workspace;
  /** In 32 bits. */
  readonly workspaceInFloat: Workspace;
}

/** As networks show that were traced without a card. */
export const TRACED: Kernels = { tracksOrder: false, sdpa: 'efficient', workspace: 'none', workspaceInFloat: 'none' };

/** Whether the copies are made of a convolution's input, weights and output. */
export const COPIES: Readonly<Record<Workspace, { readonly x: boolean; readonly w: boolean; readonly y: boolean }>> = {
  none: { x: false, w: false, y: false },
  x: { x: true, w: false, y: false },
  'x+y': { x: true, w: false, y: true },
  'x+w+y': { x: true, w: true, y: true },
};
