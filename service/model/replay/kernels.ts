/** What a card's libraries add to the tensors of the networks: facts of the card and of its cuDNN, not of a network. */
import type { Size, Tensor } from './tape.ts';

/**
 * What cuDNN's first choice of engine copies into a channels-last layout, beside a convolution's tensors, on cards with tensor cores: nothing, the input,
 * the input and the output, or the weights as well. What is channels-last already needs no copy. Seen: `x+y` in 16 bits (RTX 3060, RTX 4090), `x` in 32 (RTX 4090).
 */
export type Workspace = 'none' | 'x' | 'x+y' | 'x+w+y';

/**
 * Which kernel torch takes for its scaled dot product attention: always the memory-efficient one (cards before compute capability 8.0), flash where batch
 * times heads is large (torch 2.1), flash always (torch 2.2 and newer).
 */
export type Sdpa = 'efficient' | 'flash-if-many' | 'flash';

export interface Kernels {
  /** Whether tensors may be channels-last, as on CUDA: then what wants another order makes copies. */
  readonly tracksOrder: boolean;
  readonly workspace: Workspace;
  readonly sdpa: Sdpa;
}

/** Of a convolution; none where nothing is copied. */
export function workspaceTerms({ workspace }: Kernels, x: Tensor, weights: Size, y: Tensor): Size[] {
  if (workspace === 'none' || x.isChannelsLast) return [];
  const sizeOf = ({ unit, channels, width }: Tensor): Size => ({ unit, bytes: channels * width });
  switch (workspace) {
    case 'x':
      return [sizeOf(x)];
    case 'x+y':
      return [sizeOf(x), sizeOf(y)];
    case 'x+w+y':
      return [sizeOf(x), weights, sizeOf(y)];
  }
}
