import { stageOf, type OperationKind } from './kind.ts';

export const img2img: OperationKind = {
  name: 'img2img',
  processing: 'Img2Img',
  upscales: null,
  stages: (settings) => {
    const heldPixels = settings.batchSize * settings.width * settings.height;
    return [
      [{ ...stageOf(settings, 'encode', 'encode', settings), heldPixels }],
      [stageOf(settings, 'sampling', 'sampling', settings)],
      [stageOf(settings, 'decode', 'decode', settings)],
    ];
  },
};
