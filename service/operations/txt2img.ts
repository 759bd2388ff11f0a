import { firstPass, stageOf, type OperationKind } from './kind.ts';

export const txt2img: OperationKind = {
  processing: 'Txt2Img',
  upscales: null,
  marks: [],
  pictures: [],
  runsWith: ['prompt', 'inpainting'],
  flag: null,
  // No cache is emptied in between: what sampling reserved stays.
  stages: (settings, conditioning) => [
    [...firstPass(settings, conditioning), stageOf(settings, 'decode', 'decode', settings)],
  ],
};
