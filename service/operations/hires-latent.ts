import { stageOf, targetOf, type OperationKind } from './kind.ts';

/** Hires fix that makes the latents larger: no picture between the two passes. */
export const hiresLatent: OperationKind = {
  name: 'hires_latent',
  processing: 'Txt2Img',
  upscales: 'latent',
  stages: (settings) => [
    [stageOf(settings, 'sampling', 'sampling', settings)],
    [stageOf(settings, 'hires_sampling', 'sampling', targetOf(settings))],
    [stageOf(settings, 'decode', 'decode', targetOf(settings))],
  ],
};
