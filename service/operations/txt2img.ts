import { stageOf, type OperationKind } from './kind.ts';

export const txt2img: OperationKind = {
  processing: 'Txt2Img',
  upscales: null,
  marks: [],
  pictures: [],
  flag: null,
  // No cache is emptied between the two: what sampling reserved stays.
  stages: (settings) => [
    [stageOf(settings, 'sampling', 'sampling', settings), stageOf(settings, 'decode', 'decode', settings)],
  ],
};
