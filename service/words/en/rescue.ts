/** What is told of the rescue of a decode. */
export const RESCUE_OFFER: string =
  'The last picture was lost as it was decoded. Settings > Headroom can have such pictures decoded again in ' +
  'tiles; their parameters say so.';
