/** What is told of the rescue of a decode. */
export const RESCUE_OFFER =
  'The last picture was lost after its last step: decoding it ran out of memory. Headroom can decode such a picture again in tiles, at worst on the CPU; it may look slightly different, and its parameters say so. To have that, switch on Settings > Headroom > Rescue a picture whose decode runs out of memory.';
