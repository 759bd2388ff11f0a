import { stageOf, type OperationKind, type Stage } from './kind.ts';

export const img2img: OperationKind = {
  processing: 'Img2Img',
  upscales: null,
  marks: [],
  pictures: [{ parameter: 'init_images', grey: 128, isInList: true }],
  runsWith: ['prompt', 'inpainting'],
  flag: 'img2img',
  stages: (settings, conditioning) => {
    const heldPixels = settings.batchSize * settings.width * settings.height;
    const encoding = (network: 'encode' | 'encode_masked'): Stage => ({
      ...stageOf(settings, 'encode', network, settings),
      heldPixels,
    });
    return [
      [encoding('encode')],
      ...(conditioning === 'inpainting' ? [[encoding('encode_masked')]] : []),
      [{ ...stageOf(settings, 'sampling', 'sampling', settings), readsPrompts: true }],
      [stageOf(settings, 'decode', 'decode', settings)],
    ];
  },
};
