/** Public configuration of a denoising network. `depths`: transformer blocks at each resolution, 0 = none. */
export interface UNetShape {
  /** 4 of the latents; those of inpainting checkpoints have 5 more, of a mask and of a masked picture's latents. */
  readonly inputChannels: number;
  readonly multipliers: readonly number[];
  readonly depths: readonly number[];
  readonly middleDepth: number;
  readonly contextChannels: number;
  /** null = 8 heads at every resolution. */
  readonly headChannels: number | null;
  readonly linearProjections: boolean;
  /** Of what is embedded beside the time, sizes and the like; null = nothing is. */
  readonly labelChannels: number | null;
}
