export const BYTES_PER_MIB = 1024 * 1024;
export const KIB_PER_MIB = 1024;
export const MIB_PER_GIB = 1024;

/** The model's areas are in units of 1024 x 1024 pixels: an SDXL image is 1. */
export const PX_PER_MPX = 1024 * 1024;
