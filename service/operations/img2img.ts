import { stageOf, type OperationKind } from './kind.ts';

export const img2img: OperationKind = {
  processing: 'Img2Img',
  upscales: null,
  marks: [],
  pictures: [{ parameter: 'init_images', grey: 128, isInList: true }],
  flag: 'img2img',
  stages: (settings) => {
    const heldPixels = settings.batchSize * settings.width * settings.height;
    return [
      [{ ...stageOf(settings, 'encode', 'encode', settings), heldPixels }],
      [stageOf(settings, 'sampling', 'sampling', settings)],
      [stageOf(settings, 'decode', 'decode', settings)],
    ];
  },
};
