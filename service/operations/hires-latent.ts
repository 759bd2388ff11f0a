import { firstPass, stageOf, targetOf, type OperationKind } from './kind.ts';

/** Hires fix that makes the latents larger: no picture between the two passes. */
export const hiresLatent: OperationKind = {
  processing: 'Txt2Img',
  upscales: 'latent',
  marks: [],
  pictures: [],
  // The second pass is given a masked picture of the first one's size, and its tensors do not fit together.
  runsWith: ['prompt'],
  flag: null,
  stages: (settings, conditioning) => [
    firstPass(settings, conditioning),
    [stageOf(settings, 'hires_sampling', 'sampling', targetOf(settings))],
    [stageOf(settings, 'decode', 'decode', targetOf(settings))],
  ],
};
