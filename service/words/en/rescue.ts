/** What is told of the rescue of a decode. */
export const RESCUE_OFFER: string =
  'The last picture was lost as it was decoded. Such pictures can be decoded again in tiles; their parameters say so.';
export const RESCUE_FROM_NOW_ON: string = 'Rescue such pictures';
export const RESCUE_IS_ON: string =
  'From now on a picture whose decode runs out of memory is decoded again in tiles (Settings > Headroom).';
